package io.keelson.reboot.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A small coordinator over a small store, right or wrong in one way. Shares no code with ours. */
final class Model {
    private static final long FENCES_OF_ONE_STORE = 1_000_000;
    private static final long SILENCE = 60;

    private final Rules rules;
    private final Defect defect;
    private final Store store;
    private final List<State> before = new ArrayList<>();

    Model(Rules rules, Defect defect, Store store) {
        this.rules = rules;
        this.defect = defect;
        this.store = store;
    }

    record Slot(String host, String boot, long fence, long since) {}

    record State(
            int slots,
            int failures,
            boolean halted,
            long fenceBase,
            List<Slot> holders,
            List<String> line) {
        State {
            holders = List.copyOf(holders);
            line = List.copyOf(line);
        }

        State withHalted(boolean next) {
            return new State(slots, failures, next, fenceBase, holders, line);
        }

        State withLine(List<String> next) {
            return new State(slots, failures, halted, fenceBase, holders, next);
        }

        State withHolders(List<Slot> next) {
            return new State(slots, failures, halted, fenceBase, next, line);
        }

        State withFailures(int next) {
            return new State(slots, next, halted, fenceBase, holders, line);
        }

        State withSlots(int next) {
            return new State(next, failures, halted, fenceBase, holders, line);
        }

        State withFenceBase(long next) {
            return new State(slots, failures, halted, next, holders, line);
        }

        Optional<Slot> holder(String host) {
            return holders.stream().filter(slot -> slot.host().equals(host)).findFirst();
        }

        State without(Predicate<Slot> gone) {
            return withHolders(holders.stream().filter(gone.negate()).toList());
        }

        State waitingLess(String host) {
            return withLine(line.stream().filter(each -> !each.equals(host)).toList());
        }
    }

    /** One document with a revision, and a snapshot of it. */
    static final class Store {
        private State state;
        private long revision = 10;
        private State saved;
        private long savedRevision = revision;

        /** What the coordinators have seen; they outlive a restore. */
        private long newest;

        Store(int slots) {
            state = new State(slots, 0, false, 0, List.of(), List.of());
            saved = state;
        }

        void write(State next) {
            state = next;
            revision++;
        }

        void save() {
            saved = state;
            savedRevision = revision;
        }

        void restore() {
            state = saved;
            revision = savedRevision;
        }
    }

    /** What becomes of the first write of a call. */
    enum Fate {
        WRITTEN,
        WRITTEN_AND_UNSAID,
        NOT_WRITTEN_AND_UNSAID
    }

    private record Step(State state, Reply reply) {}

    Reply decide(String who, Question question, long now, Fate fate) {
        State read = read(now);
        before.add(read);
        Step step = rule(read, who, question, now);
        if (step.state().equals(store.state)) {
            return step.reply();
        }
        if (fate != Fate.NOT_WRITTEN_AND_UNSAID) {
            write(step.state());
        }
        if (fate == Fate.WRITTEN) {
            return step.reply();
        }
        boolean isRelease = question instanceof Question.Release;
        if (isRelease && defect == Defect.TAKES_AN_UNKNOWN_RELEASE_FOR_DONE) {
            return new Reply.Released();
        }
        boolean isRequest = question instanceof Question.Request;
        if (isRequest
                && defect == Defect.GRANTS_AGAIN_ON_RETRY
                && step.reply() instanceof Reply.Granted
                && question instanceof Question.Request(var boot)) {
            long fence = store.state.fenceBase() + store.revision + 1;
            var slots = new ArrayList<>(store.state.holders());
            slots.add(new Slot(who, boot, fence, now));
            write(store.state.withHolders(slots));
            return new Reply.Granted(fence);
        }
        Step again = rule(store.state, who, question, now);
        if (!again.state().equals(store.state)) {
            write(again.state());
        }
        return isRelease && again.reply() instanceof Reply.NotHeld
                ? new Reply.Released()
                : again.reply();
    }

    private void write(State next) {
        store.write(next);
        store.newest = Math.max(store.newest, store.revision);
    }

    private State read(long now) {
        boolean isOlder = store.revision < store.newest;
        if (isOlder && defect != Defect.TRUSTS_A_RESTORED_STORE) {
            boolean reuses = defect == Defect.REUSES_REVISIONS_AFTER_A_RESTORE;
            long base = store.state.fenceBase() + (reuses ? 0 : FENCES_OF_ONE_STORE);
            store.newest = store.revision;
            write(store.state.withHalted(true).withFenceBase(base));
        } else if (isOlder) {
            store.newest = store.revision;
            store.state = store.state.withFenceBase(store.state.fenceBase() + FENCES_OF_ONE_STORE);
        }
        if (defect == Defect.FREES_AFTER_A_WHILE) {
            State kept = store.state.without(slot -> slot.since() < now - SILENCE);
            if (!kept.equals(store.state)) {
                write(kept);
            }
        }
        boolean isStale = defect == Defect.WRITES_WITHOUT_COMPARING && before.size() % 3 == 1;
        return isStale ? before.getLast() : store.state;
    }

    private Step rule(State now, String who, Question question, long at) {
        return switch (question) {
            case Question.Request(var boot) -> request(now, who, boot, at);
            case Question.Commit(var boot, var fence) -> commit(now, who, boot, fence, at);
            case Question.Release(var boot, var outcome) -> release(now, who, boot, outcome);
            case Question.SetMax(var slots) -> new Step(now.withSlots(slots), new Reply.Done());
            case Question.Halt() -> new Step(now.withHalted(true), new Reply.Done());
            case Question.Resume() ->
                    new Step(now.withHalted(false).withFailures(0), new Reply.Done());
            case Question.Free(var host) ->
                    new Step(
                            now.without(slot -> slot.host().equals(host)),
                            now.holder(host).isPresent() ? new Reply.Done() : new Reply.NotHeld());
            case Question.Look() ->
                    new Step(
                            now,
                            new Reply.Holders(now.holders().stream().map(Slot::host).toList()));
        };
    }

    private Step request(State now, String who, String boot, long at) {
        Optional<Slot> held = now.holder(who);
        if (held.isPresent() && defect != Defect.FORGETS_THE_FENCE) {
            return held.get().boot().equals(boot)
                    ? new Step(now, new Reply.Granted(held.get().fence()))
                    : new Step(now, new Reply.Refused());
        }
        if (now.halted() && defect != Defect.GRANTS_WHILE_HALTED) {
            return new Step(now, new Reply.Refused());
        }
        var line = new ArrayList<>(now.line());
        if (!line.contains(who)) {
            line.add(who);
        }
        int slots = defect == Defect.NEVER_READS_THE_SLOTS_AGAIN ? rules.slots() : now.slots();
        String next =
                switch (defect) {
                    case SERVES_THE_LAST_FIRST -> line.getLast();
                    case SERVES_WHOEVER_ASKS -> who;
                    default -> line.getFirst();
                };
        boolean isOpen =
                defect == Defect.GRANTS_TOO_LATE_FOR_THE_WINDOW
                        ? rules.mayBegin(at, at + rules.expected()) || opensBefore(at)
                        : rules.mayBegin(at, at);
        boolean isKept = held.isPresent();
        if (!isOpen || (!isKept && (now.holders().size() >= slots || !next.equals(who)))) {
            return new Step(now.withLine(line), new Reply.Queued());
        }
        long fence = now.fenceBase() + store.revision + 1;
        line.remove(who);
        var holders = new ArrayList<>(now.holders());
        holders.removeIf(slot -> slot.host().equals(who));
        holders.add(new Slot(who, boot, fence, at));
        return new Step(now.withLine(line).withHolders(holders), new Reply.Granted(fence));
    }

    private boolean opensBefore(long at) {
        return rules.open().stream().anyMatch(window -> window.start() <= at && at < window.end());
    }

    private Step commit(State now, String who, String boot, long fence, long at) {
        boolean mine =
                defect == Defect.COMMITS_ANY_FENCE
                        || now.holder(who)
                                .filter(slot -> slot.fence() == fence && slot.boot().equals(boot))
                                .isPresent();
        boolean stands = now.halted() && defect != Defect.COMMITS_WHILE_HALTED;
        boolean late = !rules.mayBegin(at, at) && defect != Defect.COMMITS_AFTER_THE_WINDOW;
        return new Step(
                now, mine && !stands && !late ? new Reply.Committed() : new Reply.Refused());
    }

    private Step release(State now, String who, String boot, Question.Outcome outcome) {
        Optional<Slot> held = now.holder(who);
        if (held.isEmpty()) {
            boolean robs = defect == Defect.FREES_SOMEBODY_ELSE && !now.holders().isEmpty();
            State next =
                    robs ? now.withHolders(now.holders().subList(1, now.holders().size())) : now;
            return new Step(next.waitingLess(who), new Reply.NotHeld());
        }
        boolean isSameBoot = held.get().boot().equals(boot);
        boolean isRefused =
                switch (outcome) {
                    case HEALTHY -> isSameBoot && defect != Defect.FREES_THE_OLD_BOOT;
                    case ABANDONED -> !isSameBoot;
                    case FAILED -> false;
                };
        if (isRefused) {
            return new Step(now, new Reply.Refused());
        }
        State freed = now.without(slot -> slot.equals(held.get()));
        if (outcome != Question.Outcome.FAILED) {
            return new Step(freed, new Reply.Released());
        }
        State counted = freed.withFailures(now.failures() + 1);
        boolean isUsed = counted.failures() >= rules.failureBudget();
        boolean halts = isUsed && defect != Defect.IGNORES_THE_BUDGET;
        return new Step(halts ? counted.withHalted(true) : counted, new Reply.Released());
    }
}
