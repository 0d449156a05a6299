package io.keelson.engine.agent;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A disk with a write cache: what was not forced may be lost, or torn, when the power goes. */
final class VolatileDisk extends DiskChannel {
    private static final int SECTOR_BYTES = 512;

    private record Write(long offset, ByteBuffer before, ByteBuffer after) {}

    private final FileChannel medium;
    private final Power power;
    private final @Nullable DiskLog log;
    private final List<Write> unforced = new ArrayList<>();

    VolatileDisk(FileChannel medium, Power power, @Nullable DiskLog log) {
        this.medium = medium;
        this.power = power;
        this.log = log;
    }

    /** Undoes what was not forced, then lets a random part of it through after all. */
    synchronized void losePower(FileChannel medium, RandomGenerator random) throws IOException {
        for (Write write : unforced.reversed()) {
            put(medium, write.offset(), write.before());
        }
        for (Write write : unforced) {
            int bytes = write.after().capacity();
            int sectors = bytes / SECTOR_BYTES;
            int kept = random.nextInt(3) == 0 ? 0 : random.nextInt(sectors + 1);
            put(
                    medium,
                    write.offset(),
                    write.after().slice(0, kept == sectors ? bytes : kept * SECTOR_BYTES));
        }
        unforced.clear();
        medium.force(true);
    }

    private static void put(FileChannel medium, long offset, ByteBuffer bytes) throws IOException {
        ByteBuffer buffer = bytes.duplicate().rewind();
        while (buffer.hasRemaining()) {
            medium.write(buffer, offset + buffer.position());
        }
    }

    @Override
    public synchronized int write(ByteBuffer source, long offset) throws IOException {
        power.diskChange("writing to the disk at " + offset);
        ByteBuffer after = ByteBuffer.allocate(source.remaining()).put(source).flip();
        ByteBuffer before = ByteBuffer.allocate(after.capacity());
        while (before.hasRemaining() && medium.read(before, offset + before.position()) >= 0) {
            // Reads until the range is known.
        }
        unforced.add(new Write(offset, before, after));
        if (log != null) {
            log.write(offset, before.array(), after.array());
        }
        put(medium, offset, after);
        return after.capacity();
    }

    @Override
    public synchronized void force(boolean metaData) throws IOException {
        power.diskChange("forcing the disk");
        unforced.clear();
        if (log != null) {
            log.force();
        }
        medium.force(metaData);
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        return medium.read(target, offset);
    }

    @Override
    public long size() throws IOException {
        return medium.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        medium.close();
    }
}
