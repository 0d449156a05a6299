package io.keelson.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Changes of files that survive a power cut: after a method returns, the new state is on the disk;
 * before that, the old state is.
 */
public final class DurableFile {
    private DurableFile() {}

    /**
     * Replaces a file's content, or creates it; readers see the old or the new content and nothing
     * between.
     *
     * @throws IOException when any step fails; the target then still has its old content
     */
    public static void replace(Path target, byte[] content) throws IOException {
        Path temporary = target.resolveSibling("." + target.getFileName() + ".new");
        try {
            try (var out =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                out.force(true);
            }
            rename(temporary, target);
        } catch (IOException e) {
            discard(temporary, e);
            throw e;
        }
    }

    /**
     * Renames within one file system, replacing the target, and makes both directories durable.
     *
     * <p>The file is forced under its new name first. On FAT a new name says where the content is
     * only once the file itself is written (Linux, fs/fat/namei_vfat.c, vfat_sync_ipos): in the
     * other order a power cut in between leaves an empty file under the new name and none under the
     * old one.
     */
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        force(to);
        Path source = directoryOf(from);
        Path destination = directoryOf(to);
        forceDirectory(destination);
        if (!source.equals(destination)) {
            forceDirectory(source);
        }
    }

    /** Deletes a file if it is there, and makes its absence durable. */
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            forceDirectory(directoryOf(file));
        }
    }

    /** Makes the names in a directory durable. */
    public static void forceDirectory(Path directory) throws IOException {
        force(directory);
    }

    private static void force(Path fileOrDirectory) throws IOException {
        try (var channel = FileChannel.open(fileOrDirectory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("not a file name: " + file);
        }
        return parent;
    }

    private static void discard(Path temporary, IOException cause) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
