package io.keelson.image.erofs;

import io.keelson.image.compress.Compression;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a tree as an EROFS file system (Linux, Documentation/filesystems/erofs.rst): extended
 * inodes, plain, tail-inline and compressed layouts, one time for all files. Same tree, same bytes.
 */
public final class ErofsImage {
    private static final int COPY_BYTES = 1 << 20;

    private final InodeTable table;
    private final CompressedContents compressed;
    private final FileChannel out;
    private final ByteBuffer metadata;
    private final ByteBuffer copy = ByteBuffer.allocateDirect(COPY_BYTES);
    private final byte[] chunk = new byte[COPY_BYTES];

    private ErofsImage(InodeTable table, CompressedContents compressed, FileChannel out) {
        this.table = table;
        this.compressed = compressed;
        this.out = out;
        metadata =
                ByteBuffer.allocate(Math.toIntExact(table.metadataBytes()))
                        .order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * How an image is written.
     *
     * @param epochSeconds time of every file, in seconds since 1970
     * @param compression of the contents of files
     */
    public record Format(long epochSeconds, Compression compression) {}

    /**
     * Writes {@code tree}, whose top becomes the root directory, to a new file.
     *
     * @return the length of the image in bytes, a multiple of 4096
     * @throws IOException if a content cannot be read or the file cannot be written
     */
    public static long write(RootTree tree, Format format, Path file)
            throws IOException, InterruptedException {
        InodeTable table = new InodeTable(tree);
        try (CompressedContents compressed =
                        CompressedContents.of(table.inodes(), format.compression(), file);
                FileChannel out =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.SPARSE)) {
            table.place(format.compression());
            return new ErofsImage(table, compressed, out).write(format);
        }
    }

    /**
     * How the contents in an image that this class wrote are stored.
     *
     * @throws IOException also if the file is no EROFS image
     */
    public static Compression compression(Path image) throws IOException {
        try (FileChannel in = FileChannel.open(image, StandardOpenOption.READ)) {
            ByteBuffer start =
                    ByteBuffer.allocate(Superblock.BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (start.hasRemaining() && in.read(start, start.position()) > 0) {
                // A read may be short.
            }
            return Superblock.compression(start.flip())
                    .orElseThrow(() -> new IOException(image + " is not an EROFS image of ours"));
        }
    }

    private long write(Format format) throws IOException {
        int number = 1;
        for (PlannedInode inode : table.inodes()) {
            seek(inode);
            byte[] tail = writeData(inode);
            inode.write(metadata, new PlannedInode.Identity(number++, format.epochSeconds()), tail);
        }
        flush();
        Superblock superblock =
                new Superblock(
                        Math.toIntExact(table.root().nid()),
                        table.inodes().size(),
                        table.blocks(),
                        format.epochSeconds(),
                        format.compression());
        superblock.writeInto(metadata);
        ByteBuffer rest = metadata.duplicate().clear();
        while (rest.hasRemaining()) {
            out.write(rest, rest.position());
        }
        long size = table.blocks() * Superblock.BLOCK_BYTES;
        if (out.size() < size) {
            out.write(ByteBuffer.allocate(1), size - 1);
        }
        return size;
    }

    /** Goes to an inode's blocks; slack before them stays a hole. */
    private void seek(PlannedInode inode) throws IOException {
        long place = inode.firstBlock() * Superblock.BLOCK_BYTES;
        if (place > 0 && place != out.position() + copy.position()) {
            flush();
            out.position(place);
        }
    }

    /** Writes the blocks of an inode and returns its inline tail. */
    private byte[] writeData(PlannedInode inode) throws IOException {
        if (inode.extents().isPresent()) {
            writeExtents(inode.extents().get());
            return new byte[0];
        }
        return switch (inode.node()) {
            case Node.RegularFile(_, var content) -> {
                try (InputStream in = content.open()) {
                    byte[] tail = writeStream(inode, in);
                    if (in.read() >= 0) {
                        throw new IOException(inode.path() + " is longer than its stated size");
                    }
                    yield tail;
                }
            }
            case Node.Directory _ -> writeBytes(inode, table.directoryData(inode));
            case Node.Symlink(_, var target) ->
                    writeBytes(inode, target.getBytes(StandardCharsets.UTF_8));
            case Node.HardLink link -> throw new IllegalStateException("not resolved: " + link);
        };
    }

    private byte[] writeBytes(PlannedInode inode, byte[] bytes) throws IOException {
        return writeStream(inode, new ByteArrayInputStream(bytes));
    }

    private void writeExtents(Extents extents) throws IOException {
        long left = (long) extents.blocks() * Superblock.BLOCK_BYTES;
        long from = extents.scratchOffset();
        while (left > 0) {
            int part = (int) Math.min(left, chunk.length);
            compressed.read(from, chunk, part);
            append(chunk, part);
            from += part;
            left -= part;
        }
    }

    private byte[] writeStream(PlannedInode inode, InputStream in) throws IOException {
        long left = inode.size() - inode.inlineBytes();
        while (left > 0) {
            int want = (int) Math.min(left, chunk.length);
            append(chunk, readFully(inode, in, want));
            left -= want;
        }
        int over = (int) (inode.size() % Superblock.BLOCK_BYTES);
        if (over > 0 && inode.inlineBytes() == 0) {
            append(new byte[Superblock.BLOCK_BYTES - over], Superblock.BLOCK_BYTES - over);
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

    private void append(byte[] bytes, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!copy.hasRemaining()) {
                flush();
            }
            int part = Math.min(copy.remaining(), length - done);
            copy.put(bytes, done, part);
            done += part;
        }
    }

    private void flush() throws IOException {
        copy.flip();
        while (copy.hasRemaining()) {
            out.write(copy);
        }
        copy.clear();
    }
}
