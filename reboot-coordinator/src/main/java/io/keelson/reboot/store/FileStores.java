package io.keelson.reboot.store;

import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.store.GroupStore.Batch;
import io.keelson.reboot.store.GroupStore.Count;
import io.keelson.reboot.store.GroupStore.Identity;
import io.keelson.reboot.store.GroupStore.Read;
import io.keelson.reboot.store.GroupStore.Write;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The groups of a single coordinator without etcd, in one log file that survives a power cut at any
 * point. The directory belongs to one process at a time.
 */
public final class FileStores implements AutoCloseable {
    private static final byte IDENTITY = 1;
    private static final long COMPACT_BYTES_MIN = 8 << 20;
    private static final int COMPACT_FACTOR = 4;
    private static final System.Logger LOG = System.getLogger(FileStores.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, GroupCell> cells = new HashMap<>();
    private final LogFile log;
    private final FileChannel ownership;
    private String id = "";
    private long revision;
    private long compactAt = COMPACT_BYTES_MIN;
    private String broken = "";

    private FileStores(LogFile log, FileChannel ownership) {
        this.log = log;
        this.ownership = ownership;
    }

    /** Opens the directory, which is made when missing. */
    public static FileStores open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel ownership =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            requireOwned(directory, ownership);
            LogFile.Opened opened = LogFile.open(directory.resolve("reboot.log"));
            var stores = new FileStores(opened.log(), ownership);
            stores.replay(directory, opened.records());
            return stores;
        } catch (IOException e) {
            ownership.close();
            throw e;
        }
    }

    private static void requireOwned(Path directory, FileChannel ownership) throws IOException {
        FileLock held = null;
        try {
            held = ownership.tryLock();
        } catch (OverlappingFileLockException _) {
            // Another part of this process has it.
        }
        if (held == null) {
            throw new IOException(
                    directory
                            + " is in use by another coordinator; stop that one, or give each a"
                            + " directory of its own");
        }
    }

    private void replay(Path directory, List<byte[]> records) throws IOException {
        try {
            for (byte[] record : records) {
                if (record[0] == IDENTITY) {
                    var in =
                            new DataInputStream(new ByteArrayInputStream(record, 1, record.length));
                    id = in.readUTF();
                    revision = Math.max(revision, in.readLong());
                } else {
                    GroupCell.Reading reading = GroupCell.begin(record);
                    revision = Math.max(revision, cell(reading.group()).replay(reading));
                }
            }
        } catch (IOException e) {
            throw new IOException(
                    directory + " holds a record that this release cannot read: " + e.getMessage(),
                    e);
        }
        if (id.isEmpty()) {
            id = UUID.randomUUID().toString();
            log.append(identity());
        }
    }

    private byte[] identity() {
        return GroupCell.written(out -> {
            out.writeByte(IDENTITY);
            out.writeUTF(id);
            out.writeLong(revision);
        });
    }

    private GroupCell cell(String group) {
        return cells.computeIfAbsent(group, _ -> new GroupCell());
    }

    /** The store of one group. */
    public GroupStore group(String group) {
        return new OneGroup(group);
    }

    private final class OneGroup implements GroupStore {
        private final String group;

        OneGroup(String group) {
            this.group = group;
        }

        @Override
        public Read read(Set<String> ids, int firstMax) {
            lock.lock();
            try {
                if (!broken.isEmpty()) {
                    return new Read.Unavailable(broken);
                }
                GroupCell cell = cell(group);
                return new Read.Found(
                        cell.document(),
                        cell.revision(),
                        cell.line(ids, firstMax),
                        new Identity(id, revision));
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Write write(Batch batch) {
            lock.lock();
            try {
                return written(group, batch);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void awaitChange(long since, Duration atMost) {
            long left = atMost.toNanos();
            lock.lock();
            try {
                while (broken.isEmpty() && cell(group).revision() <= since && left > 0) {
                    left = changed.awaitNanos(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Count countMembers() {
            lock.lock();
            try {
                return new Count.Known(cell(group).members());
            } finally {
                lock.unlock();
            }
        }

        @Override
        public List<AuditEntry> audit(int most) {
            lock.lock();
            try {
                return cell(group).audit(most);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void trimAudit(int keep) {
            // The log of a group is bounded by itself.
        }
    }

    private Write written(String group, Batch batch) {
        if (!broken.isEmpty()) {
            return new Write.Unavailable(broken);
        }
        GroupCell cell = cell(group);
        if (!cell.fits(batch)) {
            return new Write.Conflict();
        }
        long next = revision + 1;
        try {
            log.append(GroupCell.record(group, batch, next));
        } catch (IOException e) {
            // What a failed write left on the disk is known only when the file is opened again.
            broken =
                    "the log could not be written ("
                            + e.getMessage()
                            + "): free some space and start the coordinator again";
            LOG.log(System.Logger.Level.ERROR, broken, e);
            return new Write.Unknown(broken);
        }
        revision = next;
        cell.apply(batch, next);
        changed.signalAll();
        compact();
        return new Write.Written(next);
    }

    private void compact() {
        if (log.size() < compactAt) {
            return;
        }
        var records = new ArrayList<byte[]>();
        records.add(identity());
        cells.forEach((group, cell) -> records.add(cell.snapshot(group)));
        try {
            log.replace(records);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the log was not made smaller", e);
        }
        compactAt = Math.max(COMPACT_BYTES_MIN, COMPACT_FACTOR * log.size());
    }

    /** For tests: the time to make the log smaller. */
    void compactAt(long bytes) {
        compactAt = bytes;
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try (ownership;
                log) {
            broken = "the store is closed";
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
