package io.keelson.image.erofs;

import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a tree as an uncompressed EROFS file system (Linux, Documentation/filesystems/erofs.rst):
 * extended inodes, plain and tail-inline layouts, one time for all files. Same tree, same bytes.
 */
public final class ErofsImage {
    /** One identity for all our images: it names the product, not the release. */
    private static final UUID FILE_SYSTEM_UUID =
            UUID.fromString("b1c4f8a6-6f0e-4e5b-9c4e-65726f667300");

    private static final String VOLUME_NAME = "keelson-usr";
    private static final int COPY_BYTES = 1 << 20;

    private final InodeTable table;
    private final long epochSeconds;
    private final ByteBuffer metadata;
    private final ByteBuffer copy = ByteBuffer.allocateDirect(COPY_BYTES);
    private final byte[] chunk = new byte[COPY_BYTES];

    private ErofsImage(RootTree tree, long epochSeconds) throws IOException {
        this.epochSeconds = epochSeconds;
        table = new InodeTable(tree);
        metadata =
                ByteBuffer.allocate(Math.toIntExact(table.metadataBytes()))
                        .order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes {@code tree}, whose top becomes the root directory, to a new file.
     *
     * @param epochSeconds time of every file, in seconds since 1970
     * @return the length of the image in bytes, a multiple of 4096
     * @throws IOException if a content cannot be read or the file cannot be written
     */
    public static long write(RootTree tree, long epochSeconds, Path file) throws IOException {
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            return new ErofsImage(tree, epochSeconds).writeTo(out);
        }
    }

    private long writeTo(FileChannel out) throws IOException {
        out.position(table.metadataBytes());
        int number = 1;
        for (PlannedInode inode : table.inodes()) {
            byte[] tail = writeData(inode, out);
            inode.write(metadata, new PlannedInode.Identity(number++, epochSeconds), tail);
        }
        flush(out);
        Superblock superblock =
                new Superblock(
                        Math.toIntExact(table.root().nid()),
                        table.inodes().size(),
                        table.blocks(),
                        epochSeconds,
                        FILE_SYSTEM_UUID,
                        VOLUME_NAME);
        superblock.writeInto(metadata);
        ByteBuffer rest = metadata.duplicate().clear();
        while (rest.hasRemaining()) {
            out.write(rest, rest.position());
        }
        return table.blocks() * Superblock.BLOCK_BYTES;
    }

    /** Writes the blocks of an inode and returns its inline tail. */
    private byte[] writeData(PlannedInode inode, FileChannel out) throws IOException {
        return switch (inode.node()) {
            case Node.RegularFile(_, var content) -> {
                try (InputStream in = content.open()) {
                    byte[] tail = writeStream(inode, in, out);
                    if (in.read() >= 0) {
                        throw new IOException(inode.path() + " is longer than its stated size");
                    }
                    yield tail;
                }
            }
            case Node.Directory _ -> writeBytes(inode, table.directoryData(inode), out);
            case Node.Symlink(_, var target) ->
                    writeBytes(inode, target.getBytes(StandardCharsets.UTF_8), out);
            case Node.HardLink link -> throw new IllegalStateException("not resolved: " + link);
        };
    }

    private byte[] writeBytes(PlannedInode inode, byte[] bytes, FileChannel out)
            throws IOException {
        return writeStream(inode, new java.io.ByteArrayInputStream(bytes), out);
    }

    private byte[] writeStream(PlannedInode inode, InputStream in, FileChannel out)
            throws IOException {
        long left = inode.size() - inode.inlineBytes();
        while (left > 0) {
            int want = (int) Math.min(left, chunk.length);
            append(out, chunk, readFully(inode, in, want));
            left -= want;
        }
        int over = (int) (inode.size() % Superblock.BLOCK_BYTES);
        if (over > 0 && inode.inlineBytes() == 0) {
            append(out, new byte[Superblock.BLOCK_BYTES - over], Superblock.BLOCK_BYTES - over);
        }
        byte[] tail = new byte[inode.inlineBytes()];
        if (tail.length > 0) {
            System.arraycopy(chunk, 0, tail, 0, readFully(inode, in, tail.length));
        }
        return tail;
    }

    private int readFully(PlannedInode inode, InputStream in, int bytes) throws IOException {
        int read = in.readNBytes(chunk, 0, bytes);
        if (read < bytes) {
            throw new IOException(inode.path() + " is shorter than its stated size");
        }
        return read;
    }

    private void append(FileChannel out, byte[] bytes, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!copy.hasRemaining()) {
                flush(out);
            }
            int part = Math.min(copy.remaining(), length - done);
            copy.put(bytes, done, part);
            done += part;
        }
    }

    private void flush(FileChannel out) throws IOException {
        copy.flip();
        while (copy.hasRemaining()) {
            out.write(copy);
        }
        copy.clear();
    }
}
