package io.keelson.engine.dbus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads marshalled values; what does not fit is an {@link IOException}. */
final class WireReader {
    private final ByteBuffer bytes;

    WireReader(byte[] message, ByteOrder order) {
        this.bytes = ByteBuffer.wrap(message).order(order);
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    int position() {
        return bytes.position();
    }

    WireReader align(int boundary) throws IOException {
        int padding = (boundary - bytes.position() % boundary) % boundary;
        need(padding);
        bytes.position(bytes.position() + padding);
        return this;
    }

    int octet() throws IOException {
        need(1);
        return bytes.get() & 0xFF;
    }

    int uint32() throws IOException {
        align(4);
        need(4);
        return bytes.getInt();
    }

    String text() throws IOException {
        return text(uint32());
    }

    String signature() throws IOException {
        return text(octet());
    }

    private String text(int length) throws IOException {
        if (length < 0) {
            throw new IOException("a D-Bus message has a text of " + length + " bytes");
        }
        need(length);
        need(length + 1);
        byte[] utf8 = new byte[length];
        bytes.get(utf8);
        int _ = octet();
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private void need(int count) throws IOException {
        if (bytes.remaining() < count) {
            throw new IOException("a D-Bus message ends within a value");
        }
    }
}
