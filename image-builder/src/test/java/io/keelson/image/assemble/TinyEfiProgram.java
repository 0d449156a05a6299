package io.keelson.image.assemble;

import io.keelson.disk.boot.Architecture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The smallest PE32+ EFI application: headers with room for more sections, and a return. */
final class TinyEfiProgram {
    private static final int ALIGNMENT = 0x200;
    private static final int PAGE = 0x1000;
    private static final int HEADER_BYTES = 0x600;
    private static final int OPTIONAL_HEADER_BYTES = 240;

    private TinyEfiProgram() {}

    static byte[] bytes() {
        return bytes(Architecture.AMD64);
    }

    static byte[] bytes(Architecture architecture) {
        ByteBuffer out =
                ByteBuffer.allocate(HEADER_BYTES + ALIGNMENT).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("MZ")).putInt(0x3C, 0x80).position(0x80);
        out.put(ascii("PE\0\0")).putShort((short) architecture.peMachine()).putShort((short) 1);
        out.putInt(0).putInt(0).putInt(0);
        out.putShort((short) OPTIONAL_HEADER_BYTES).putShort((short) 0x0206);
        out.putShort((short) 0x20B).putShort((short) 0);
        out.putInt(ALIGNMENT).putInt(0).putInt(0).putInt(PAGE).putInt(PAGE).putLong(0);
        out.putInt(PAGE).putInt(ALIGNMENT);
        out.putLong(0).putLong(0);
        out.putInt(2 * PAGE).putInt(HEADER_BYTES).putInt(0);
        out.putShort((short) 10).putShort((short) 0x160);
        out.putLong(0).putLong(0).putLong(0).putLong(0).putInt(0).putInt(16);
        out.position(0x80 + 24 + OPTIONAL_HEADER_BYTES);
        out.put(ascii(".text\0\0\0")).putInt(ALIGNMENT).putInt(PAGE);
        out.putInt(ALIGNMENT).putInt(HEADER_BYTES).putInt(0).putInt(0).putInt(0);
        out.putInt(0x60000020);
        out.put(HEADER_BYTES, (byte) 0xC3);
        return out.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
