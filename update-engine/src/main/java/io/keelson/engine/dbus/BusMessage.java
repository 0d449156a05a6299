package io.keelson.engine.dbus;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One message (specification, "Message Format").
 *
 * @param type one of the constants here
 * @param headers texts by field code
 * @param replyTo serial this answers; 0 for none
 * @param body of the type the {@link #SIGNATURE} header says
 */
record BusMessage(
        int type,
        int flags,
        int serial,
        int replyTo,
        SortedMap<Integer, String> headers,
        Body body) {
    static final int CALL = 1;
    static final int RETURN = 2;
    static final int ERROR = 3;
    static final int SIGNAL = 4;

    static final int PATH = 1;
    static final int INTERFACE = 2;
    static final int MEMBER = 3;
    static final int ERROR_NAME = 4;
    private static final int REPLY_SERIAL = 5;
    static final int DESTINATION = 6;
    static final int SENDER = 7;
    static final int SIGNATURE = 8;
    private static final int UNIX_FDS = 9;

    private static final int NO_REPLY_EXPECTED = 1;
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 16;

    /** Nobody has a reason to send us more; the bus itself would pass on 128 MiB. */
    private static final int MESSAGE_BYTES_MAX = 256 * 1024;

    /** Marshalled values, all starting at an offset that eight divides. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Body(byte[] bytes, ByteOrder order) {
        static final Body EMPTY = new Body(new byte[0], ByteOrder.LITTLE_ENDIAN);

        static Body of(WireWriter values) {
            return new Body(values.toBytes(), ByteOrder.LITTLE_ENDIAN);
        }

        WireReader reader() {
            return new WireReader(bytes, order);
        }
    }

    BusMessage {
        headers = new TreeMap<>(headers);
    }

    static BusMessage of(int type, int serial, Map<Integer, String> headers, Body body) {
        return new BusMessage(type, 0, serial, 0, new TreeMap<>(headers), body);
    }

    /** This message as the answer to another. */
    BusMessage answering(BusMessage call) {
        var more = new TreeMap<>(headers);
        more.put(DESTINATION, call.header(SENDER));
        return new BusMessage(type, NO_REPLY_EXPECTED, serial, call.serial, more, body);
    }

    String header(int field) {
        return headers.getOrDefault(field, "");
    }

    boolean wantsReply() {
        return type == CALL && (flags & NO_REPLY_EXPECTED) == 0;
    }

    byte[] toBytes() {
        WireWriter fields = new WireWriter();
        headers.forEach((field, value) -> {
            if (!value.isEmpty()) {
                fields.align(8).octet(field);
                switch (field) {
                    case PATH -> fields.signature("o").text(value);
                    case SIGNATURE -> fields.signature("g").signature(value);
                    default -> fields.signature("s").text(value);
                }
            }
        });
        if (replyTo != 0) {
            fields.align(8).octet(REPLY_SERIAL).signature("u").uint32(replyTo);
        }
        byte[] array = fields.toBytes();
        return new WireWriter()
                .octet('l')
                .octet(type)
                .octet(flags)
                .octet(VERSION)
                .uint32(body.bytes().length)
                .uint32(serial)
                .uint32(array.length)
                .raw(array)
                .align(8)
                .raw(body.bytes())
                .toBytes();
    }

    /** Reads the next message of a connection. */
    static BusMessage read(InputStream in) throws IOException {
        byte[] fixed = exactly(in, FIXED_BYTES);
        ByteOrder order = fixed[0] == 'l' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer start = ByteBuffer.wrap(fixed).order(order);
        int bodyBytes = start.getInt(4);
        int fieldBytes = start.getInt(12);
        if (bodyBytes < 0
                || fieldBytes < 0
                || bodyBytes > MESSAGE_BYTES_MAX
                || fieldBytes > MESSAGE_BYTES_MAX) {
            throw new IOException(
                    "a D-Bus message is larger than %d bytes".formatted(MESSAGE_BYTES_MAX));
        }
        int padded = (fieldBytes + 7) / 8 * 8;
        byte[] fields = Arrays.copyOf(exactly(in, padded), fieldBytes);
        var headers = new TreeMap<Integer, String>();
        int replyTo = fields(new WireReader(fields, order), headers);
        byte[] body = exactly(in, bodyBytes);
        return new BusMessage(
                fixed[1], fixed[2], start.getInt(8), replyTo, headers, new Body(body, order));
    }

    private static int fields(WireReader reader, SortedMap<Integer, String> headers)
            throws IOException {
        int replyTo = 0;
        while (reader.hasMore()) {
            int field = reader.align(8).octet();
            String type = reader.signature();
            switch (type) {
                case "s", "o" -> headers.put(field, reader.text());
                case "g" -> headers.put(field, reader.signature());
                case "u" -> {
                    int number = reader.uint32();
                    if (field == REPLY_SERIAL) {
                        replyTo = number;
                    } else if (field == UNIX_FDS && number != 0) {
                        throw new IOException("a D-Bus message carries file descriptors");
                    }
                }
                default -> throw new IOException("a D-Bus header has the type " + type);
            }
        }
        return replyTo;
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the bus closed the connection");
        }
        return bytes;
    }
}
