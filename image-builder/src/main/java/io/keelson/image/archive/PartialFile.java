package io.keelson.image.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A file of the archive as far as it has arrived. It outlives the program, so that a download goes
 * on where it was cut; while one program writes it, another one writes a copy of its own.
 */
final class PartialFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final boolean kept;
    private final Digest digest;
    private MessageDigest sha256 = Digest.newSha256();
    private long size;

    private PartialFile(Path file, FileChannel channel, boolean kept, Digest digest) {
        this.file = file;
        this.channel = channel;
        this.kept = kept;
        this.digest = digest;
    }

    static PartialFile open(Path dir, Digest digest) throws IOException {
        Path parts = Files.createDirectories(dir.resolve("parts"));
        Path file = parts.resolve(digest.sha256());
        FileChannel channel = channel(file);
        Optional<FileLock> lock = lock(channel);
        // Whoever held the lock before may have moved the file to its place in the meantime.
        if (lock.isPresent() && Files.exists(file)) {
            PartialFile part = new PartialFile(file, channel, true, digest);
            part.readAgain();
            return part;
        }
        channel.close();
        Path own = Files.createTempFile(parts, "own-", "");
        return new PartialFile(own, channel(own), false, digest);
    }

    Digest digest() {
        return digest;
    }

    long size() {
        return size;
    }

    void write(byte[] bytes, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, 0, length);
        while (left.hasRemaining()) {
            channel.write(left);
        }
        sha256.update(bytes, 0, length);
        size += length;
    }

    void clear() throws IOException {
        channel.truncate(0);
        channel.position(0);
        sha256 = Digest.newSha256();
        size = 0;
    }

    /** Whether it is the file; may be asked once. */
    boolean isWhole() {
        return size == digest.size() && Digest.hex(sha256).equals(digest.sha256());
    }

    void moveTo(Path place) throws IOException {
        Files.move(file, place, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Keeps what has arrived for the next time, unless that is nothing or somebody else's part. */
    @Override
    public void close() throws IOException {
        if (!kept || size == 0) {
            Files.deleteIfExists(file);
        }
        channel.close();
    }

    private void readAgain() throws IOException {
        if (channel.size() > digest.size()) {
            channel.truncate(0);
        }
        // Not closed: the stream would close the channel.
        InputStream in = Channels.newInputStream(channel.position(0));
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            sha256.update(buffer, 0, n);
            size += n;
        }
    }

    private static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static Optional<FileLock> lock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }
}
