package io.keelson.engine.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Sees to it that one process at a time writes a slot. keelsond starts one worker, but another one
 * may be left of a keelsond that was killed, or be started by hand. The kernel lets go of the lock
 * with the process that has it, however that ends.
 */
public final class SoleWriter {
    /** Referred to for ever: a file that nobody refers to is closed, and its lock given back. */
    private static final List<FileLock> HELD = Collections.synchronizedList(new ArrayList<>());

    private SoleWriter() {}

    /** Makes this process the one that may, until its end. */
    @SuppressWarnings("StreamResourceLeak") // closing the file would give the lock back
    public static void require(Path file) throws IOException {
        Path directory = file.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException(
                    "another process writes a slot of this host; it holds %s, find it with 'lslocks'"
                            .formatted(file));
        }
        HELD.add(lock);
    }
}
