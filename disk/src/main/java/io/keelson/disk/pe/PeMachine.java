package io.keelson.disk.pe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.OptionalInt;

/** The processor an EFI program is for, from its first bytes. */
public final class PeMachine {
    private static final int DOS_MAGIC = 0x5A4D;
    private static final int PE_MAGIC = 0x00004550;
    private static final int PE_OFFSET = 0x3C;
    private static final int HEAD_BYTES = 4096;

    private PeMachine() {}

    /** IMAGE_FILE_HEADER.Machine; empty for what is no EFI program. */
    public static OptionalInt of(FileChannel image) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (head.hasRemaining() && image.read(head, head.position()) > 0) {
            // Reads on until the head is full or the file ends.
        }
        head.flip();
        if (head.limit() < PE_OFFSET + Integer.BYTES || head.getShort(0) != DOS_MAGIC) {
            return OptionalInt.empty();
        }
        int pe = head.getInt(PE_OFFSET);
        boolean isInside = pe >= 0 && pe <= head.limit() - Integer.BYTES - Short.BYTES;
        return isInside && head.getInt(pe) == PE_MAGIC
                ? OptionalInt.of(Short.toUnsignedInt(head.getShort(pe + Integer.BYTES)))
                : OptionalInt.empty();
    }
}
