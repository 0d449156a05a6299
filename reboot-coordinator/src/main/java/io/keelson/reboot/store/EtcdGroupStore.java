package io.keelson.reboot.store;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.KeyValue;
import io.keelson.etcd.Range;
import io.keelson.etcd.Transaction;
import io.keelson.etcd.Transaction.Compare;
import io.keelson.etcd.Transaction.Operation;
import io.keelson.etcd.Transaction.Step;
import io.keelson.etcd.Watch;
import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.AuditJson;
import io.keelson.reboot.group.GroupJson;
import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.Waiter;

import okio.ByteString;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A group in etcd. Its document is compared by {@code mod_revision}: unlike a key's version it
 * never repeats, not even when the key is deleted and made again. Who waits has a key of its own,
 * so that ten thousand who join do not write one document ten thousand times; the order is that of
 * {@code create_revision}, and being heard of again is another write of the key.
 */
public final class EtcdGroupStore implements GroupStore {
    public static final String KEY_PREFIX = "/keelson/reboot/";
    public static final String QUEUE_PREFIX = "/keelson/reboot-queue/";
    public static final String MEMBERS_PREFIX = "/keelson/reboot-members/";
    public static final String AUDIT_PREFIX = "/keelson/reboot-audit/";

    private static final int TRIM_KEYS_MAX = 10_000;

    private final EtcdClient etcd;
    private final String key;
    private final String queue;
    private final String members;
    private final String audit;

    public EtcdGroupStore(EtcdClient etcd, String group) {
        this.etcd = etcd;
        this.key = KEY_PREFIX + group;
        this.queue = QUEUE_PREFIX + group + "/";
        this.members = MEMBERS_PREFIX + group + "/";
        this.audit = AUDIT_PREFIX + group + "/";
    }

    @Override
    public Read read(Set<String> ids, int firstMax) {
        var steps = new ArrayList<Operation>();
        steps.add(Operation.read(key));
        Range line = Range.ofPrefix(queue);
        steps.add(
                new Operation.Read(
                        firstMax == 0
                                ? line.only(Range.Parts.COUNT)
                                : line.orderedBy(Range.Order.CREATED).limitedTo(firstMax)));
        ids.forEach(id -> steps.add(Operation.read(queue + id)));
        // One transaction, so that the document and the line are of one moment.
        return switch (etcd.transact(new Transaction(List.of(), steps, List.of()))) {
            case EtcdResult.Known<Transaction.Answer>(var answer) -> found(answer);
            case EtcdResult.Refused<Transaction.Answer>(var refusal, var reason) ->
                    refusal == EtcdResult.Refusal.UNREACHABLE
                            ? new Read.Unavailable(reason)
                            : new Read.Refused(reason);
            case EtcdResult.Unknown<Transaction.Answer>(var reason) -> new Read.Unavailable(reason);
        };
    }

    private static Read found(Transaction.Answer answer) {
        try {
            List<KeyValue> document = step(answer, 0).values();
            Step.Found queue = step(answer, 1);
            var first = new ArrayList<Waiter>();
            for (KeyValue value : queue.values()) {
                first.add(waiter(value));
            }
            // Those that one write made have one revision; etcd does not know their order.
            first.sort(Waiter.ORDER);
            Map<String, Waiter> others = new HashMap<>();
            for (int i = 2; i < answer.steps().size(); i++) {
                for (KeyValue value : step(answer, i).values()) {
                    Waiter waiter = waiter(value);
                    others.put(waiter.id(), waiter);
                }
            }
            var line = new Line(first, others, (int) queue.count(), List.of());
            var identity = new Identity(answer.header().clusterId(), answer.header().revision());
            return document.isEmpty()
                    ? new Read.Found(ByteString.EMPTY, 0, line, identity)
                    : new Read.Found(
                            document.getFirst().value(),
                            document.getFirst().modRevision(),
                            line,
                            identity);
        } catch (IOException e) {
            return new Read.Refused("a waiter of the group cannot be read: " + e.getMessage());
        }
    }

    private static Step.Found step(Transaction.Answer answer, int step) throws IOException {
        if (step < answer.steps().size() && answer.steps().get(step) instanceof Step.Found found) {
            return found;
        }
        throw new IOException("etcd answered without the keys that were asked for");
    }

    private static Waiter waiter(KeyValue value) throws IOException {
        return GroupJson.readWaiter(value.value(), value.createRevision(), value.modRevision());
    }

    @Override
    public Write write(Batch batch) {
        return switch (etcd.transact(transaction(batch))) {
            case EtcdResult.Known<Transaction.Answer>(var answer) ->
                    answer.succeeded()
                            ? new Write.Written(answer.header().revision())
                            : new Write.Conflict();
            case EtcdResult.Refused<Transaction.Answer>(var refusal, var reason) ->
                    refusal == EtcdResult.Refusal.UNREACHABLE
                            ? new Write.Unavailable(reason)
                            : new Write.Refused(reason);
            case EtcdResult.Unknown<Transaction.Answer>(var reason) -> new Write.Unknown(reason);
        };
    }

    private Transaction transaction(Batch batch) {
        var compares = new ArrayList<Compare>();
        var steps = new ArrayList<Operation>();
        compares.add(
                batch.expected() == 0
                        ? Compare.missing(key)
                        : Compare.unchangedSince(key, batch.expected()));
        batch.document().ifPresent(document -> steps.add(Operation.put(key, document)));
        for (Line.Change change : batch.line()) {
            String place = queue + change.id();
            switch (change) {
                case Line.Change.Put(var waiter) -> {
                    requireUnchanged(waiter, place, compares);
                    steps.add(Operation.put(place, GroupJson.write(waiter)));
                }
                case Line.Change.Remove(var waiter) -> {
                    requireUnchanged(waiter, place, compares);
                    steps.add(Operation.delete(place));
                }
            }
        }
        batch.members().forEach(id -> steps.add(Operation.put(members + id, ByteString.EMPTY)));
        if (!batch.audit().isEmpty()) {
            // Only one write succeeds from each revision of the document, so the key is its own.
            String entry = String.format(Locale.ROOT, "%s%020d", audit, batch.expected());
            steps.add(Operation.put(entry, AuditJson.write(batch.audit())));
        }
        return new Transaction(compares, steps, List.of());
    }

    private static void requireUnchanged(Waiter waiter, String place, List<Compare> compares) {
        if (waiter.place().isWritten()) {
            compares.add(Compare.unchangedSince(place, waiter.place().modified()));
        }
    }

    @Override
    public void awaitChange(long revision, Duration atMost) {
        try (var watch = etcd.watch(Range.ofKey(key), revision + 1, atMost)) {
            boolean waiting = true;
            while (waiting) {
                waiting =
                        watch.next() instanceof Watch.Step.Changed changed
                                && changed.changes().isEmpty();
            }
        }
    }

    @Override
    public Count countMembers() {
        return switch (etcd.range(Range.ofPrefix(members).only(Range.Parts.COUNT))) {
            case EtcdResult.Known<Range.Answer>(var answer) ->
                    new Count.Known((int) answer.count());
            case EtcdResult.Refused<Range.Answer>(var _, var reason) -> new Count.Unknown(reason);
            case EtcdResult.Unknown<Range.Answer>(var reason) -> new Count.Unknown(reason);
        };
    }

    @Override
    public List<AuditEntry> audit(int most) {
        if (!(etcd.range(Range.ofPrefix(audit))
                instanceof EtcdResult.Known<Range.Answer>(var answer))) {
            return List.of();
        }
        var entries = new ArrayList<AuditEntry>();
        for (KeyValue value : answer.values()) {
            try {
                entries.addAll(AuditJson.read(value.value(), value.modRevision()));
            } catch (IOException e) {
                entries.add(
                        new AuditEntry(
                                value.modRevision(),
                                java.time.Instant.EPOCH,
                                "unknown",
                                "an entry that this release cannot read"));
            }
        }
        entries.sort(Comparator.comparingLong(AuditEntry::revision).reversed());
        return entries.subList(0, Math.min(most, entries.size()));
    }

    /** In pages: a log that nobody cut for long has more keys than fit into one answer. */
    @Override
    public void trimAudit(int keep) {
        Range all = Range.ofPrefix(audit);
        while (etcd.range(all.only(Range.Parts.COUNT))
                        instanceof EtcdResult.Known<Range.Answer>(var counted)
                && counted.count() > keep) {
            long most = Math.min(counted.count() - keep, TRIM_KEYS_MAX);
            Range oldest = all.only(Range.Parts.KEYS).limitedTo(most);
            if (!(etcd.range(oldest) instanceof EtcdResult.Known<Range.Answer>(var found))
                    || found.values().isEmpty()) {
                return;
            }
            String last = found.values().getLast().key();
            // The next trim does what this one could not.
            if (!(etcd.delete(Range.ofPrefixUpTo(audit, last)) instanceof EtcdResult.Known<Long>)) {
                return;
            }
        }
    }
}
