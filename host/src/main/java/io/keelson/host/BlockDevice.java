package io.keelson.host;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A block device, or a plain file in its place, accessed at byte offsets. */
public final class BlockDevice implements AutoCloseable {
    // stat(2): the file type in st_mode.
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_BLOCK = 0060000;

    private final Path path;
    private final FileChannel channel;
    private final long sizeBytes;

    private BlockDevice(Path path, FileChannel channel, long sizeBytes) {
        this.path = path;
        this.channel = channel;
        this.sizeBytes = sizeBytes;
    }

    public static BlockDevice openForRead(Path path) throws IOException {
        return open(path, StandardOpenOption.READ);
    }

    /** Opens for reading and writing; never creates or truncates. */
    public static BlockDevice openForWrite(Path path) throws IOException {
        return open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static BlockDevice open(Path path, OpenOption... options) throws IOException {
        FileChannel channel = FileChannel.open(path, options);
        try {
            long sizeBytes = isBlockDevice(path) ? deviceSize(path) : channel.size();
            return new BlockDevice(path, channel, sizeBytes);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean isBlockDevice(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode");
        return (mode & TYPE_MASK) == TYPE_BLOCK;
    }

    /**
     * The kernel's number of the block device behind a name, as {@code /sys/dev/block} spells it
     * ("259:0"); empty for anything else. It tells a device by what it is, not by what it is
     * called.
     */
    public static Optional<String> number(Path path) throws IOException {
        if (!isBlockDevice(path)) {
            return Optional.empty();
        }
        // makedev(3): the low parts of both numbers are where they always were.
        long device = (long) Files.getAttribute(path, "unix:rdev");
        long major = (device >>> 8 & 0xFFF) | (device >>> 32 & ~0xFFFL);
        long minor = (device & 0xFF) | (device >>> 12 & 0xFFFF_FF00L);
        return Optional.of(major + ":" + minor);
    }

    static long deviceSize(Path path) throws IOException {
        int fd = (int) Libc.open(path).orThrow(path.toString());
        SystemResult size = Libc.blockDeviceSize(fd);
        SystemResult _ = Libc.close(fd);
        return size.orThrow(path.toString());
    }

    public Path path() {
        return path;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    public FileChannel channel() {
        return channel;
    }

    /**
     * Writes all that remains in the buffer.
     *
     * @throws IOException also when it would pass the device's end; nothing is written then
     */
    public void write(ByteBuffer source, long offset) throws IOException {
        if (offset < 0 || source.remaining() > sizeBytes - offset) {
            throw new IOException(
                    "%s: writing %d bytes at %d passes the end at %d"
                            .formatted(path, source.remaining(), offset, sizeBytes));
        }
        long position = offset;
        while (source.hasRemaining()) {
            position += channel.write(source, position);
        }
    }

    /** Reads what is there, up to the buffer's space; -1 at the end. */
    public int read(ByteBuffer target, long offset) throws IOException {
        return channel.read(target, offset);
    }

    /** Fills the buffer's space. */
    public void readFully(ByteBuffer target, long offset) throws IOException {
        long position = offset;
        while (target.hasRemaining()) {
            int count = channel.read(target, position);
            if (count < 0) {
                throw new EOFException("%s ends at %d".formatted(path, position));
            }
            position += count;
        }
    }

    /** Returns once everything written is on the medium. */
    public void force() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
