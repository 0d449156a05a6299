package io.keelson.engine.dbus;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Values as D-Bus marshals them, little-endian: each aligned to its size, counted from the start of
 * the message (specification, "Marshaling").
 */
final class WireWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    WireWriter align(int boundary) {
        while (bytes.size() % boundary != 0) {
            bytes.write(0);
        }
        return this;
    }

    WireWriter octet(int value) {
        bytes.write(value);
        return this;
    }

    WireWriter uint32(int value) {
        align(4);
        bytes.writeBytes(little(4).putInt(value).array());
        return this;
    }

    WireWriter int64(long value) {
        align(8);
        bytes.writeBytes(little(8).putLong(value).array());
        return this;
    }

    WireWriter real(double value) {
        align(8);
        bytes.writeBytes(little(8).putDouble(value).array());
        return this;
    }

    WireWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        uint32(utf8.length);
        bytes.writeBytes(utf8);
        return octet(0);
    }

    WireWriter signature(String value) {
        byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
        octet(ascii.length);
        bytes.writeBytes(ascii);
        return octet(0);
    }

    WireWriter raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
