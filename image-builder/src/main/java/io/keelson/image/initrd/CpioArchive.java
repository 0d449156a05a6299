package io.keelson.image.initrd;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;

/**
 * Writes a cpio archive in the "newc" format (Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst). Inode numbers count up, times are
 * zero, everything belongs to root. Directories are made as their first member comes.
 */
final class CpioArchive {
    private static final int DIRECTORY = 0040755;
    private static final int FILE = 0100000;
    private static final int SYMLINK = 0120777;
    private static final String TRAILER = "TRAILER!!!";

    private final OutputStream out;
    private final TreeSet<String> directories = new TreeSet<>();
    private int lastInode;

    CpioArchive(OutputStream out) {
        this.out = out;
    }

    /** Adds a directory and its parents; {@code path} is relative, without a slash at its end. */
    void directory(String path) throws IOException {
        if (directories.contains(path)) {
            return;
        }
        parents(path);
        directories.add(path);
        entry(path, DIRECTORY, new byte[0]);
    }

    void file(String path, int permissions, byte[] content) throws IOException {
        parents(path);
        entry(path, FILE | permissions, content);
    }

    void symlink(String path, String target) throws IOException {
        parents(path);
        entry(path, SYMLINK, target.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the archive; the stream stays open. */
    void finish() throws IOException {
        lastInode = -1;
        entry(TRAILER, 0, new byte[0]);
    }

    private void parents(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            directory(path.substring(0, slash));
        }
    }

    private void entry(String path, int mode, byte[] content) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        int[] fields = {
            ++lastInode,
            mode,
            0,
            0,
            mode == DIRECTORY ? 2 : 1,
            0,
            content.length,
            0,
            0,
            0,
            0,
            name.length + 1,
            0
        };
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append("%08x".formatted(field));
        }
        out.write(header.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(name);
        out.write(0);
        pad(header.length() + name.length + 1);
        out.write(content);
        pad(content.length);
    }

    private void pad(int length) throws IOException {
        out.write(new byte[-length & 3]);
    }
}
