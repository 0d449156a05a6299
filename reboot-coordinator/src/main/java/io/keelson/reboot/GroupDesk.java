package io.keelson.reboot;

import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.Names;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.store.GroupStore;
import io.keelson.reboot.store.GroupStore.Batch;
import io.keelson.reboot.store.GroupStore.Read;
import io.keelson.reboot.store.GroupStore.Write;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Where one process decides what is asked of one group. Calls block, may come from any thread, and
 * may be repeated: each is harmless when it already happened. Calls that wait for each other are
 * decided together: one read, one write for up to {@link GroupStore#BATCH_MAX} of them.
 */
public final class GroupDesk {
    static final int ATTEMPTS_MAX = 64;
    private static final long PAUSE_MILLIS_FIRST = 4;
    private static final long PAUSE_MILLIS_MAX = 400;

    /** Reads in a row that may fail while the outcome of a write is unknown. */
    private static final int READ_BACKS_MAX = 4;

    /** Reads before anything was written: the second one finds a server that was restarted. */
    private static final int READS_MAX = 2;

    /** Writes that are kept in the audit log, and after how many of ours it is cut to that. */
    static final int AUDIT_WRITES_MAX = 1_000;

    static final int AUDIT_TRIM_EVERY = 50;

    private final String group;
    private final GroupStore store;
    private final Parts parts;
    private final Deciding deciding;
    private final ConcurrentLinkedQueue<Ticket<?>> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock turn = new ReentrantLock(true);
    private int auditWrites;
    private volatile Moment last = new Moment(0, 0);

    /** Revisions of the document and of the whole store, as this process saw them last. */
    private record Moment(long document, long store) {}

    /**
     * What a desk needs from outside.
     *
     * @param requestIds a new id for every call, e.g. a random UUID
     * @param random for pauses after lost races
     */
    public record Parts(
            Timepiece time,
            Supplier<String> requestIds,
            RandomGenerator random,
            Surroundings surroundings,
            Audience audience) {}

    public GroupDesk(String group, GroupStore store, Parts parts) {
        Names.require("group", group);
        this.group = group;
        this.store = store;
        this.parts = parts;
        this.deciding = new Deciding(store, parts);
    }

    public String group() {
        return group;
    }

    /** Decides one question. */
    public <A> A decide(Question<A> question) {
        var ticket = new Ticket<>(question, parts.requestIds().get());
        waiting.add(ticket);
        turn.lock();
        try {
            // Whoever had the turn before may have decided this one with its own.
            while (ticket.answer() == null) {
                decideTogether();
            }
        } finally {
            turn.unlock();
        }
        return ticket.required();
    }

    /** Blocks until the group's document changes after {@code revision}, or the time is over. */
    public void awaitChange(long revision, Duration atMost) {
        Moment seen = last;
        if (seen.document() <= revision) {
            // The document did not change between its own revision and the store's.
            store.awaitChange(Math.max(revision, seen.store()), atMost);
        }
    }

    /** The newest entries of the audit log, newest first. */
    public List<AuditEntry> audit(int most) {
        return store.audit(most);
    }

    private void decideTogether() {
        var batch = new ArrayList<Ticket<?>>();
        Ticket<?> next = waiting.poll();
        while (next != null) {
            batch.add(next);
            next = batch.size() < GroupStore.BATCH_MAX ? waiting.poll() : null;
        }
        try {
            decide(batch);
        } finally {
            // Only a bug leaves one without an answer; whoever asked must not wait for ever.
            batch.stream()
                    .filter(ticket -> ticket.answer() == null)
                    .forEach(ticket -> ticket.unavailable("the coordinator failed"));
        }
    }

    private void decide(List<Ticket<?>> batch) {
        boolean isSent = false;
        int failedReads = 0;
        int lookAt = deciding.lookAt(batch);
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            switch (attempt(batch, lookAt, isSent)) {
                case Attempt.Done() -> {
                    return;
                }
                case Attempt.Refused(var reason) -> {
                    refuse(batch, reason);
                    return;
                }
                case Attempt.Unavailable(var reason) -> {
                    if (++failedReads >= (isSent ? READ_BACKS_MAX : READS_MAX)) {
                        unavailable(batch, isSent, reason);
                        return;
                    }
                }
                case Attempt.Lost() -> isSent = true;
                case Attempt.Again() -> failedReads = 0;
                case Attempt.LookCloser() -> {
                    lookAt = Ticket.lookAt(batch);
                    continue;
                }
            }
            pause(attempt);
        }
        unavailable(batch, isSent, "others wrote " + ATTEMPTS_MAX + " times first");
    }

    private sealed interface Attempt {
        record Done() implements Attempt {}

        /** Somebody else wrote first. */
        record Again() implements Attempt {}

        /** A slot is free, so it matters who is next. */
        record LookCloser() implements Attempt {}

        /** The write was sent, and what became of it must be read back. */
        record Lost() implements Attempt {}

        record Refused(String reason) implements Attempt {}

        record Unavailable(String reason) implements Attempt {}
    }

    private Attempt attempt(List<Ticket<?>> batch, int lookAt, boolean isSent) {
        return switch (store.read(Ticket.ids(batch), lookAt)) {
            case Read.Refused(var reason) -> new Attempt.Refused(reason);
            case Read.Unavailable(var reason) -> new Attempt.Unavailable(reason);
            case Read.Found found ->
                    switch (deciding.on(found, batch, isSent)) {
                        case Deciding.Draft.Unreadable(var reason) ->
                                new Attempt.Refused(
                                        "the document of group "
                                                + group
                                                + " cannot be read: "
                                                + reason);
                        case Deciding.Draft.LookCloser() -> new Attempt.LookCloser();
                        case Deciding.Draft.Ready ready -> attempt(found, ready);
                    };
        };
    }

    private Attempt attempt(Read.Found found, Deciding.Draft.Ready draft) {
        if (draft.batch().isEmpty()) {
            last = new Moment(found.revision(), found.store().revision());
            draft.publish(found.revision());
            return new Attempt.Done();
        }
        return switch (store.write(draft.batch().get())) {
            case Write.Written(var revision) -> {
                long document =
                        draft.batch().get().document().isPresent() ? revision : found.revision();
                last = new Moment(document, revision);
                draft.publish(document);
                trimAudit(draft.batch().get());
                yield new Attempt.Done();
            }
            case Write.Conflict() -> new Attempt.Again();
            case Write.Refused(var reason) -> new Attempt.Refused(reason);
            case Write.Unavailable(var reason) -> new Attempt.Unavailable(reason);
            case Write.Unknown _ -> new Attempt.Lost();
        };
    }

    /** Without anybody who looks after it the log would grow for ever. */
    private void trimAudit(Batch written) {
        if (!written.audit().isEmpty() && auditWrites++ % AUDIT_TRIM_EVERY == 0) {
            store.trimAudit(AUDIT_WRITES_MAX);
        }
    }

    private static void refuse(List<Ticket<?>> batch, String reason) {
        batch.forEach(ticket -> ticket.refuse(RefusalKind.STORE_UNAVAILABLE, reason));
    }

    private void unavailable(List<Ticket<?>> batch, boolean isSent, String reason) {
        String what = isSent ? "a write was sent and its outcome is not known; " : "";
        batch.forEach(ticket ->
                ticket.unavailable("group " + group + " was not decided: " + what + reason));
    }

    private void pause(int attempt) {
        long most = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_FIRST << Math.min(attempt, 10));
        LockSupport.parkNanos(Duration.ofMillis(parts.random().nextLong(most) + 1).toNanos());
    }
}
