package io.keelson.reboot;

import io.keelson.etcd.EtcdClient;
import io.keelson.reboot.GroupRules.Call;
import io.keelson.reboot.GroupRules.Refusal;
import io.keelson.reboot.GroupRules.Step;
import io.keelson.reboot.group.GroupJson;
import io.keelson.reboot.group.Names;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.store.EtcdGroupStore;
import io.keelson.reboot.store.GroupStore;
import io.keelson.reboot.store.GroupStore.Read;
import io.keelson.reboot.store.GroupStore.Write;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The reboot lock of one group: every call reads the group's document, applies one rule and writes
 * the result only if nobody wrote in between. Calls block, may come from any thread, and may be
 * repeated: each is harmless when it already happened.
 */
public final class RebootLock {
    static final int ATTEMPTS_MAX = 64;
    private static final long PAUSE_MILLIS_FIRST = 4;
    private static final long PAUSE_MILLIS_MAX = 400;

    /** Reads in a row that may fail while the outcome of a write is unknown. */
    private static final int READ_BACKS_MAX = 4;

    private final String group;
    private final GroupStore store;
    private final InstantSource clock;
    private final Supplier<String> requestIds;
    private final RandomGenerator random;
    // Threads of one process take turns here instead of losing races in the store.
    private final ReentrantLock turn = new ReentrantLock(true);

    /**
     * @param requestIds a new id for every call, e.g. a random UUID
     * @param random for pauses after lost races
     */
    public RebootLock(
            EtcdClient etcd,
            String group,
            InstantSource clock,
            Supplier<String> requestIds,
            RandomGenerator random) {
        this(group, new EtcdGroupStore(etcd, group), clock, requestIds, random);
    }

    RebootLock(
            String group,
            GroupStore store,
            InstantSource clock,
            Supplier<String> requestIds,
            RandomGenerator random) {
        Names.require("group", group);
        this.group = group;
        this.store = store;
        this.clock = clock;
        this.requestIds = requestIds;
        this.random = random;
    }

    /** Asks for a slot; joins the queue when there is none. Ask again to be served. */
    public LockAnswer request(NodeIdentity node) {
        return decide(
                (document, call) -> GroupRules.request(document, node, call),
                new Form<>(LockAnswer.Refused::new, LockAnswer.Unavailable::new));
    }

    /** Call just before the reboot; anything but Committed means: do not reboot. */
    public CommitAnswer commit(NodeIdentity node, long fence) {
        return decide(
                (document, _) -> GroupRules.commit(document, node, fence),
                new Form<>(CommitAnswer.Refused::new, CommitAnswer.Unavailable::new));
    }

    /** Notes that a holder runs again after its reboot, its health still unknown. */
    public GroupAnswer returned(NodeIdentity node) {
        return note((document, _) -> GroupRules.returned(document, node));
    }

    /** Hands the slot back. */
    public ReleaseAnswer release(NodeIdentity node, Outcome outcome) {
        return decide(
                (document, call) -> GroupRules.release(document, node, outcome, call),
                new Form<>(ReleaseAnswer.Refused::new, ReleaseAnswer.Unavailable::new));
    }

    /** Operator: frees a slot whatever its state, without counting a failure. */
    public ReleaseAnswer forceRelease(String id) {
        return decide(
                (document, call) -> GroupRules.forceRelease(document, id, call),
                new Form<>(ReleaseAnswer.Refused::new, ReleaseAnswer.Unavailable::new));
    }

    /** Removes a node from the queue; a slot it holds is not touched. */
    public GroupAnswer leave(String id) {
        return change((document, _) -> document.withoutWaiting(id));
    }

    /** Reads the group and writes nothing; a group nobody has written yet has its defaults. */
    public GroupAnswer status() {
        return change((document, _) -> document);
    }

    /** Operator: nobody gets or commits a slot until {@link #resume()}. */
    public GroupAnswer halt(String reason) {
        String line = Names.oneLine(reason);
        return change((document, call) -> GroupRules.halt(document, line, call));
    }

    /** Operator: lifts a halt and counts failures anew. */
    public GroupAnswer resume() {
        return change(GroupRules::resume);
    }

    /** Operator: sets the number of slots; nodes that hold one keep it. */
    public GroupAnswer setMax(int slots) {
        RebootGroup.requireSlots(slots);
        return change((document, _) -> document.withMax(slots));
    }

    /** Operator: sets how many failures halt the group. */
    public GroupAnswer setFailureBudget(int failures) {
        RebootGroup.requireBudget(failures);
        return change((document, _) -> GroupRules.withFailureBudget(document, failures));
    }

    /**
     * Blocks until the group is written after {@code revision}, the time is over or the store is
     * lost. Ask the question again afterwards.
     */
    public void awaitChange(long revision, Duration atMost) {
        store.awaitChange(revision, atMost);
    }

    private interface Rule<A> {
        Step<A> apply(RebootGroup group, Call call);
    }

    /** How an answer says what no rule decided. */
    private record Form<A>(
            BiFunction<RefusalKind, String, A> refused, Function<String, A> unavailable) {}

    private GroupAnswer change(BiFunction<RebootGroup, Call, RebootGroup> edit) {
        return note((document, call) -> Step.of(edit.apply(document, call), Optional.empty()));
    }

    private GroupAnswer note(Rule<Optional<Refusal>> rule) {
        return decide(
                (document, call) -> {
                    var step = rule.apply(document, call);
                    return new Step<>(
                            step.group(),
                            revision ->
                                    step.answer()
                                            .apply(revision)
                                            .<GroupAnswer>map(no ->
                                                    new GroupAnswer.Refused(no.kind(), no.reason()))
                                            .orElseGet(() -> done(step.group(), revision)));
                },
                new Form<>(GroupAnswer.Refused::new, GroupAnswer.Unavailable::new));
    }

    private GroupAnswer done(RebootGroup document, long revision) {
        return new GroupAnswer.Done(
                new RebootStatus(group, revision, document.settledAt(revision)));
    }

    private <A> A decide(Rule<A> rule, Form<A> form) {
        turn.lock();
        try {
            return new Attempts<>(rule, form).run();
        } finally {
            turn.unlock();
        }
    }

    /** One call until it is decided: bounded races, and a read back after every lost answer. */
    private final class Attempts<A> {
        private final Rule<A> rule;
        private final Form<A> form;
        private final String request = requestIds.get();
        private boolean maybeDone;
        private int failedReads;

        Attempts(Rule<A> rule, Form<A> form) {
            this.rule = rule;
            this.form = form;
        }

        A run() {
            Read read = store.read();
            for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
                Next<A> next = advance(read);
                switch (next) {
                    case Next.Answer<A>(var answer) -> {
                        return answer;
                    }
                    case Next.ReadBack<A>() -> {
                        pause(attempt);
                        read = store.read();
                    }
                    case Next.Retry<A>(var now) -> {
                        pause(attempt);
                        read = now;
                    }
                }
            }
            return form.unavailable()
                    .apply(
                            "group "
                                    + group
                                    + " was not decided: others wrote "
                                    + ATTEMPTS_MAX
                                    + " times first");
        }

        private Next<A> advance(Read read) {
            return switch (read) {
                case Read.Missing() -> apply(RebootGroup.defaults(clock.instant()), 0);
                case Read.Found found -> {
                    try {
                        yield apply(
                                GroupJson.read(found.document(), found.revision()),
                                found.revision());
                    } catch (IOException e) {
                        yield refused(
                                RefusalKind.UNREADABLE_GROUP,
                                "the document of group "
                                        + group
                                        + " cannot be read: "
                                        + e.getMessage());
                    }
                }
                case Read.Refused(var reason) -> refused(RefusalKind.STORE_REFUSED, reason);
                case Read.Unavailable(var reason) ->
                        maybeDone && ++failedReads < READ_BACKS_MAX
                                ? new Next.ReadBack<>()
                                : unavailable(reason);
            };
        }

        private Next<A> apply(RebootGroup document, long revision) {
            Step<A> step = rule.apply(document, new Call(clock.instant(), request, maybeDone));
            if (step.group().equals(document)) {
                return new Next.Answer<>(step.answer().apply(revision));
            }
            return switch (store.write(revision, GroupJson.write(step.group()))) {
                case Write.Written(var written) -> new Next.Answer<>(step.answer().apply(written));
                case Write.Conflict(var now) -> new Next.Retry<>(now);
                case Write.Refused(var reason) -> refused(RefusalKind.STORE_REFUSED, reason);
                case Write.Unavailable(var reason) -> unavailable(reason);
                case Write.Unknown _ -> {
                    maybeDone = true;
                    yield new Next.ReadBack<>();
                }
            };
        }

        private Next<A> refused(RefusalKind kind, String reason) {
            return new Next.Answer<>(form.refused().apply(kind, reason));
        }

        private Next<A> unavailable(String reason) {
            String what = maybeDone ? "a write was sent and its outcome is not known; " : "";
            return new Next.Answer<>(form.unavailable().apply(what + reason));
        }
    }

    private sealed interface Next<A> {
        record Answer<A>(A answer) implements Next<A> {}

        record Retry<A>(Read now) implements Next<A> {}

        record ReadBack<A>() implements Next<A> {}
    }

    private void pause(int attempt) {
        long most = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_FIRST << Math.min(attempt, 10));
        LockSupport.parkNanos(Duration.ofMillis(random.nextLong(most) + 1).toNanos());
    }
}
