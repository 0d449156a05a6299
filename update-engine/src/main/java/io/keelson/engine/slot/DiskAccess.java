package io.keelson.engine.slot;

import io.keelson.host.BlockDevice;
import io.keelson.host.Command;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the switch does to a disk beyond plain files; a test cuts the power behind it. */
public interface DiskAccess {
    /** The whole disk for reading and writing; closing the answer closes the disk. */
    Disk open(Path device) throws IOException;

    /** The whole disk for reading only. */
    Disk openForRead(Path device) throws IOException;

    /** Bytes that can still be written to the file system of a directory. */
    long usableBytes(Path directory) throws IOException;

    /** Returns once all of a directory's file system is on the medium, as syncfs(2) does. */
    void syncFileSystem(Path directory) throws IOException;

    /** Called before each durable change; an exception stops the switch there. */
    void before(SwitchStep step) throws IOException;

    /** An open disk and its size in bytes. */
    record Disk(FileChannel channel, long sizeBytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** The disks of the host this runs on. */
    static DiskAccess ofHost() {
        return new HostDisks();
    }

    /** Block devices, statvfs and sync(1). */
    final class HostDisks implements DiskAccess {
        private static final Duration SYNC_DEADLINE = Duration.ofMinutes(2);

        @Override
        public Disk open(Path device) throws IOException {
            BlockDevice disk = BlockDevice.openForWrite(device);
            return new Disk(disk.channel(), disk.sizeBytes());
        }

        @Override
        public Disk openForRead(Path device) throws IOException {
            BlockDevice disk = BlockDevice.openForRead(device);
            return new Disk(disk.channel(), disk.sizeBytes());
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }

        @Override
        public void syncFileSystem(Path directory) throws IOException {
            try {
                Command.run(List.of("sync", "-f", directory.toString()), SYNC_DEADLINE)
                        .orThrow("flushing the file system of " + directory);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while flushing " + directory, e);
            }
        }

        @Override
        public void before(SwitchStep step) {
            System.getLogger(DiskAccess.class.getName())
                    .log(System.Logger.Level.DEBUG, "switching slots step={0}", step);
        }
    }
}
