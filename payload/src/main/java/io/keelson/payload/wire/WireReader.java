package io.keelson.payload.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads one message field by field: {@code while (in.next()) switch (in.field()) …}, where every
 * branch consumes the value, unknown fields by {@link #skip()}.
 *
 * <p>Format: protobuf.dev, "Encoding". Stricter than the format asks: a singular field that appears
 * twice is refused, because two readers could disagree on which one counts.
 */
public final class WireReader {
    private static final int VARINT_BYTES_MAX = 10;

    private final byte[] source;
    private final int end;
    private final Set<Integer> seen = new HashSet<>();
    private int position;
    private int field;
    private WireType type = WireType.VARINT;

    private WireReader(byte[] source, int start, int end) {
        this.source = source;
        this.position = start;
        this.end = end;
    }

    /** Reads the message that fills the whole array; the array must not change while it is read. */
    public static WireReader of(byte[] message) {
        return new WireReader(message, 0, message.length);
    }

    /** Advances to the next field; false at the end of the message. */
    public boolean next() throws WireException {
        if (position == end) {
            return false;
        }
        long tag = varint();
        long number = tag >>> 3;
        // Field numbers have 29 bits and start at one.
        if (number == 0 || number > 0x1FFF_FFFFL) {
            throw new WireException("field number " + number + " is out of range");
        }
        field = (int) number;
        type = WireType.of((int) (tag & 7));
        return true;
    }

    public int field() {
        return field;
    }

    /** States that this field may appear only once in its message. */
    public WireReader single() throws WireException {
        if (!seen.add(field)) {
            throw new WireException("field " + field + " appears twice");
        }
        return this;
    }

    /** An unsigned 64-bit value that must fit a non-negative long. */
    public long count() throws WireException {
        long value = raw64();
        if (value < 0) {
            throw new WireException(
                    "field " + field + " is out of range: " + Long.toUnsignedString(value));
        }
        return value;
    }

    /** The 64 bits as they are, for values that may use the sign bit. */
    public long raw64() throws WireException {
        expect(WireType.VARINT);
        return varint();
    }

    /** An unsigned value up to {@code max}. */
    public int count(int max) throws WireException {
        long value = count();
        if (value > max) {
            throw new WireException("field " + field + " is " + value + ", more than " + max);
        }
        return (int) value;
    }

    public boolean bool() throws WireException {
        return count(1) == 1;
    }

    public int fixed32() throws WireException {
        expect(WireType.FIXED32);
        return littleEndian32();
    }

    /** A copy of the field's bytes, at most {@code max} of them. */
    public byte[] bytes(int max) throws WireException {
        int length = length(max);
        byte[] copy = Arrays.copyOfRange(source, position, position + length);
        position += length;
        return copy;
    }

    /** UTF-8 text, at most {@code max} bytes of it. */
    public String string(int max) throws WireException {
        byte[] bytes = bytes(max);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new WireException("field " + field + " is not UTF-8 text");
        }
    }

    /** A reader of the embedded message; it shares this reader's bytes. */
    public WireReader message() throws WireException {
        int length = length(end - position);
        WireReader inner = new WireReader(source, position, position + length);
        position += length;
        return inner;
    }

    /** Steps over a field this reader does not know. */
    public void skip() throws WireException {
        int length =
                switch (type) {
                    case VARINT -> {
                        varint();
                        yield 0;
                    }
                    case FIXED32 -> Integer.BYTES;
                    case FIXED64 -> Long.BYTES;
                    case LENGTH_DELIMITED -> length(end - position);
                };
        require(length);
        position += length;
    }

    private int length(int max) throws WireException {
        expect(WireType.LENGTH_DELIMITED);
        long length = varint();
        if (length < 0 || length > max) {
            throw new WireException(
                    "length of field "
                            + field
                            + " is "
                            + Long.toUnsignedString(length)
                            + ", more than "
                            + max);
        }
        require((int) length);
        return (int) length;
    }

    private long varint() throws WireException {
        long value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            require(1);
            byte next = source[position];
            position++;
            // The tenth byte holds the last of 64 bits: anything above it would be lost.
            if (i == VARINT_BYTES_MAX - 1 && (next & 0xFE) != 0) {
                throw new WireException("a number has more than 64 bits");
            }
            value |= (long) (next & 0x7F) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new WireException("a number has more than 64 bits");
    }

    private int littleEndian32() throws WireException {
        require(Integer.BYTES);
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value |= (source[position + i] & 0xFF) << (8 * i);
        }
        position += Integer.BYTES;
        return value;
    }

    private void expect(WireType wanted) throws WireException {
        if (type != wanted) {
            throw new WireException("field " + field + " is " + type + ", expected " + wanted);
        }
    }

    private void require(int bytes) throws WireException {
        if (bytes > end - position) {
            throw new WireException("the message ends inside field " + field);
        }
    }
}
