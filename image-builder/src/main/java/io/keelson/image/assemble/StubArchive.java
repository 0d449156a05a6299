package io.keelson.image.assemble;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The cpio archive by which systemd-stub hands a section of the boot image to the initrd as a file
 * below {@code /.extra}, to the byte, since the kernel measures it (systemd 257, src/boot/cpio.c
 * and stub.c: directories 0555, files 0444, no times, numbers in lower case).
 */
final class StubArchive {
    private static final String DIRECTORY = ".extra";
    private static final int DIRECTORY_MODE = 0040555;
    private static final int FILE_MODE = 0100444;
    private static final String TRAILER =
            "070701"
                    + "00000000".repeat(4)
                    + "00000001"
                    + "00000000".repeat(6)
                    + "0000000B"
                    + "00000000"
                    + "TRAILER!!!";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int inode = 1;

    private StubArchive() {}

    static byte[] of(String name, byte[] content) {
        StubArchive archive = new StubArchive();
        archive.header(DIRECTORY, DIRECTORY_MODE, 0);
        archive.header(DIRECTORY + "/" + name, FILE_MODE, content.length);
        archive.out.writeBytes(content);
        archive.pad();
        archive.text(TRAILER + "\0");
        archive.pad();
        return archive.out.toByteArray();
    }

    private void header(String path, int mode, int size) {
        text("070701");
        for (int word : new int[] {inode++, mode, 0, 0, 1, 0, size, 0, 0, 0, 0}) {
            text("%08x".formatted(word));
        }
        text("%08x".formatted(path.length() + 1));
        text("%08x".formatted(0));
        text(path + "\0");
        pad();
    }

    private void pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
    }

    private void text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
