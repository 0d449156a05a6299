package io.keelson.reboot.simulate;

import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.store.GroupStore;

import okio.ByteString;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A store that ends with its process; for one thread. */
final class MemoryStore implements GroupStore {
    private static final String ID = "memory";

    private final TreeSet<Waiter> order = new TreeSet<>(Waiter.ORDER);
    private final Map<String, Waiter> waiters = new HashMap<>();
    private final Set<String> members = new HashSet<>();
    private ByteString document = ByteString.EMPTY;
    private long lastWrite;
    private long revision;

    @Override
    public Read read(Set<String> ids, int firstMax) {
        List<Waiter> first = order.stream().limit(firstMax).toList();
        var others = new HashMap<String, Waiter>();
        for (String id : ids) {
            Waiter waiter = waiters.get(id);
            if (waiter != null && first.size() < order.size() && !first.contains(waiter)) {
                others.put(id, waiter);
            }
        }
        return new Read.Found(
                document,
                lastWrite,
                new Line(first, others, order.size(), List.of()),
                new Identity(ID, revision));
    }

    @Override
    public Write write(Batch batch) {
        if (batch.expected() != lastWrite) {
            return new Write.Conflict();
        }
        revision++;
        for (Line.Change change : batch.line()) {
            remove(change.id(), change);
        }
        members.addAll(batch.members());
        if (batch.document().isPresent()) {
            document = batch.document().get();
            lastWrite = revision;
        }
        return new Write.Written(revision);
    }

    private void remove(String id, Line.Change change) {
        Waiter before = waiters.remove(id);
        if (before != null) {
            order.remove(before);
        }
        if (change instanceof Line.Change.Put(var waiter)) {
            long created = before == null ? revision : before.place().created();
            var place = new Waiter.Place(created, waiter.place().index(), revision);
            var stored =
                    new Waiter(
                            id,
                            waiter.boot(),
                            waiter.version(),
                            waiter.request(),
                            waiter.since(),
                            place);
            waiters.put(id, stored);
            order.add(stored);
        }
    }

    @Override
    public void awaitChange(long since, Duration atMost) {
        throw new UnsupportedOperationException("nobody else changes a store in memory");
    }

    @Override
    public Count countMembers() {
        return new Count.Known(members.size());
    }

    @Override
    public List<AuditEntry> audit(int most) {
        return List.of();
    }

    @Override
    public void trimAudit(int keep) {
        // Nothing is kept.
    }
}
