package io.keelson.reboot.store;

import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.AuditJson;
import io.keelson.reboot.group.GroupJson;
import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.store.GroupStore.Batch;

import okio.ByteString;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One group in memory, and its records in the log. Guarded by the lock of {@link FileStores}. */
final class GroupCell {
    static final int AUDIT_MAX = 1_000;
    private static final byte WRITE = 2;
    private static final byte SNAPSHOT = 3;

    private final TreeSet<Waiter> line = new TreeSet<>(Waiter.ORDER);
    private final Map<String, Waiter> waiters = new HashMap<>();
    private final Set<String> members = new TreeSet<>();
    private final ArrayDeque<AuditEntry> audit = new ArrayDeque<>();
    private ByteString document = ByteString.EMPTY;
    private long revision;

    ByteString document() {
        return document;
    }

    long revision() {
        return revision;
    }

    int members() {
        return members.size();
    }

    List<AuditEntry> audit(int most) {
        return audit.reversed().stream().limit(most).toList();
    }

    Line line(Set<String> ids, int firstMax) {
        Map<String, Waiter> others = new HashMap<>();
        for (String id : ids) {
            Waiter waiter = waiters.get(id);
            if (waiter != null) {
                others.put(id, waiter);
            }
        }
        return new Line(line.stream().limit(firstMax).toList(), others, line.size(), List.of());
    }

    boolean fits(Batch batch) {
        return batch.expected() == revision
                && batch.line().stream()
                        .allMatch(change ->
                                switch (change) {
                                    case Line.Change.Put(var waiter) -> fits(waiter);
                                    case Line.Change.Remove(var waiter) -> fits(waiter);
                                });
    }

    private boolean fits(Waiter waiter) {
        Waiter stored = waiters.get(waiter.id());
        return !waiter.place().isWritten()
                || (stored != null && stored.place().modified() == waiter.place().modified());
    }

    void apply(Batch batch, long at) {
        for (Line.Change change : batch.line()) {
            switch (change) {
                case Line.Change.Put(var waiter) -> put(waiter, at);
                case Line.Change.Remove(var waiter) -> remove(waiter.id());
            }
        }
        members.addAll(batch.members());
        batch.audit().forEach(entry -> audit.add(entry.at(at)));
        while (audit.size() > AUDIT_MAX) {
            audit.remove();
        }
        if (batch.document().isPresent()) {
            document = batch.document().get();
            revision = at;
        }
    }

    private void put(Waiter waiter, long at) {
        Waiter before = waiters.get(waiter.id());
        long created = before == null ? at : before.place().created();
        remove(waiter.id());
        add(
                new Waiter(
                        waiter.id(),
                        waiter.boot(),
                        waiter.version(),
                        waiter.request(),
                        waiter.since(),
                        new Waiter.Place(created, waiter.place().index(), at)));
    }

    private void add(Waiter waiter) {
        waiters.put(waiter.id(), waiter);
        line.add(waiter);
    }

    private void remove(String id) {
        Waiter before = waiters.remove(id);
        if (before != null) {
            line.remove(before);
        }
    }

    /** A write as a record. */
    static byte[] record(String group, Batch batch, long at) {
        return written(out -> {
            out.writeByte(WRITE);
            out.writeUTF(group);
            out.writeLong(at);
            out.writeBoolean(batch.document().isPresent());
            writeBytes(out, batch.document().orElse(ByteString.EMPTY));
            out.writeInt(batch.line().size());
            for (Line.Change change : batch.line()) {
                switch (change) {
                    case Line.Change.Put(var waiter) -> {
                        out.writeBoolean(true);
                        writeBytes(out, GroupJson.write(waiter));
                    }
                    case Line.Change.Remove(var waiter) -> {
                        out.writeBoolean(false);
                        writeBytes(out, ByteString.encodeUtf8(waiter.id()));
                    }
                }
            }
            writeNames(out, batch.members());
            writeBytes(out, AuditJson.write(batch.audit()));
        });
    }

    /** All of the group as a record. */
    byte[] snapshot(String group) {
        return written(out -> {
            out.writeByte(SNAPSHOT);
            out.writeUTF(group);
            out.writeLong(revision);
            writeBytes(out, document);
            out.writeInt(line.size());
            for (Waiter waiter : line) {
                out.writeLong(waiter.place().created());
                out.writeLong(waiter.place().modified());
                writeBytes(out, GroupJson.write(waiter));
            }
            writeNames(out, members);
            out.writeInt(audit.size());
            for (AuditEntry entry : audit) {
                out.writeLong(entry.revision());
                writeBytes(out, AuditJson.write(List.of(entry)));
            }
        });
    }

    /** Which group a record is about, and how to go on reading it. */
    record Reading(String group, byte kind, DataInputStream rest) {}

    static Reading begin(byte[] record) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(record));
        byte kind = in.readByte();
        return new Reading(in.readUTF(), kind, in);
    }

    /** Takes up a record; answers its revision. */
    long replay(Reading reading) throws IOException {
        return switch (reading.kind()) {
            case WRITE -> replayWrite(reading.rest());
            case SNAPSHOT -> replaySnapshot(reading.rest());
            default -> throw new IOException("a record of unknown kind " + reading.kind());
        };
    }

    private long replayWrite(DataInputStream in) throws IOException {
        long at = in.readLong();
        boolean hasDocument = in.readBoolean();
        ByteString next = readBytes(in);
        for (int left = in.readInt(); left > 0; left--) {
            if (in.readBoolean()) {
                put(GroupJson.readWaiter(readBytes(in), Long.MAX_VALUE, 0), at);
            } else {
                remove(readBytes(in).utf8());
            }
        }
        members.addAll(readNames(in));
        audit.addAll(AuditJson.read(readBytes(in), at));
        if (hasDocument) {
            document = next;
            revision = at;
        }
        return at;
    }

    private long replaySnapshot(DataInputStream in) throws IOException {
        revision = in.readLong();
        document = readBytes(in);
        long newest = revision;
        for (int left = in.readInt(); left > 0; left--) {
            long created = in.readLong();
            long modified = in.readLong();
            add(GroupJson.readWaiter(readBytes(in), created, modified));
            newest = Math.max(newest, modified);
        }
        members.addAll(readNames(in));
        for (int left = in.readInt(); left > 0; left--) {
            long at = in.readLong();
            audit.addAll(AuditJson.read(readBytes(in), at));
        }
        return newest;
    }

    interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] written(Content content) {
        var bytes = new ByteArrayOutputStream();
        try {
            content.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void writeBytes(DataOutputStream out, ByteString bytes) throws IOException {
        out.writeInt(bytes.size());
        out.write(bytes.toByteArray());
    }

    private static ByteString readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LogFile.RECORD_BYTES_MAX) {
            throw new IOException("a part of " + length + " bytes");
        }
        return ByteString.of(in.readNBytes(length));
    }

    private static void writeNames(DataOutputStream out, Set<String> names) throws IOException {
        out.writeInt(names.size());
        for (String name : names) {
            out.writeUTF(name);
        }
    }

    private static List<String> readNames(DataInputStream in) throws IOException {
        var names = new ArrayList<String>();
        for (int left = in.readInt(); left > 0; left--) {
            names.add(in.readUTF());
        }
        return names;
    }
}
