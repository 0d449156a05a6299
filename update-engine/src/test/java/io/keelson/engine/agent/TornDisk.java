package io.keelson.engine.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A disk in memory, sector by sector, over a file that has all the sectors nobody touched. */
final class TornDisk extends DiskChannel {
    static final int SECTOR_BYTES = 512;

    private final FileChannel untouched;
    private final Map<Long, byte[]> sectors;

    TornDisk(FileChannel untouched, Map<Long, byte[]> sectors) {
        this.untouched = untouched;
        this.sectors = sectors;
    }

    /** The same disk, to be changed on its own. */
    TornDisk copy() {
        return new TornDisk(untouched, new HashMap<>(sectors));
    }

    /** Lets the first sectors of a write reach the medium. */
    void apply(DiskLog.Op.Write write, int count) {
        for (int sector = 0; sector < count; sector++) {
            sectors.put(number(write, sector), sectorOf(write.after(), sector));
        }
    }

    /** One sector of a write was being written when the power went: half of it is new. */
    void tear(DiskLog.Op.Write write, int sector) {
        byte[] torn =
                sectors.getOrDefault(number(write, sector), sectorOf(write.before(), sector))
                        .clone();
        System.arraycopy(sectorOf(write.after(), sector), 0, torn, 0, SECTOR_BYTES / 2);
        sectors.put(number(write, sector), torn);
    }

    static int count(DiskLog.Op.Write write) {
        if (write.offset() % SECTOR_BYTES != 0 || write.after().length % SECTOR_BYTES != 0) {
            throw new AssertionError("a write of part of a sector at " + write.offset());
        }
        return write.after().length / SECTOR_BYTES;
    }

    static long number(DiskLog.Op.Write write, int sector) {
        return write.offset() / SECTOR_BYTES + sector;
    }

    static byte[] sectorOf(byte[] bytes, int sector) {
        return Arrays.copyOfRange(bytes, sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        int wanted = (int) Math.min(target.remaining(), size() - offset);
        for (int done = 0; done < wanted; ) {
            long position = offset + done;
            int within = (int) (position % SECTOR_BYTES);
            int count = Math.min(SECTOR_BYTES - within, wanted - done);
            byte[] known = sectors.get(position / SECTOR_BYTES);
            if (known != null) {
                target.put(known, within, count);
            } else {
                ByteBuffer part = ByteBuffer.allocate(count);
                while (part.hasRemaining()
                        && untouched.read(part, position + part.position()) >= 0) {
                    // Reads until the sector is known.
                }
                target.put(part.array());
            }
            done += count;
        }
        return wanted <= 0 ? -1 : wanted;
    }

    @Override
    public long size() throws IOException {
        return untouched.size();
    }

    @Override
    public int write(ByteBuffer source, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metaData) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() {
        // The file belongs to who opened it.
    }
}
