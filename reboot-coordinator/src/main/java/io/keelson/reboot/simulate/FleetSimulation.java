package io.keelson.reboot.simulate;

import io.keelson.reboot.Audience;
import io.keelson.reboot.GroupAnswer;
import io.keelson.reboot.GroupDesk;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.Surroundings;
import io.keelson.reboot.Timepiece;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.ReportAnswer;
import io.keelson.reboot.simulate.SimulatedHost.Fate;
import io.keelson.reboot.simulate.SimulatedHost.State;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A fleet and its coordinator on a clock that jumps from one event to the next. Every decision is
 * made by the code that serves real fleets; only hosts, store and time are made up.
 */
final class FleetSimulation {
    private static final String GROUP = "simulated";
    private static final Duration ASK_AGAIN = Duration.ofMinutes(20);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final GroupPolicy policy;
    private final Fleet fleet;
    private final Instant start;
    private final MemoryStore store = new MemoryStore();
    private final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::number));
    private final List<SimulatedHost> called = new ArrayList<>();
    private final Tally tally;
    private Runnable observer = () -> {};
    private RebootLock lock;
    private Instant now;
    private Instant nextLook = Instant.MAX;
    private Optional<Halt> halted = Optional.empty();
    private long numbers;
    private long requests;
    private int coordinators;

    private record Event(Instant at, long number, Runnable what) {}

    FleetSimulation(GroupPolicy policy, Fleet fleet, Instant start) {
        this.policy = policy;
        this.fleet = fleet;
        this.start = start;
        this.now = start;
        this.tally = new Tally(policy.calendar());
        this.lock = coordinator();
        for (int number = 1; number <= fleet.hosts(); number++) {
            var host = new SimulatedHost(number, fleet);
            hosts.put(host.id, host);
            at(start.plus(host.ready), () -> request(host));
        }
        known(lock.setPolicy(policy, "simulated"));
    }

    /** A new process over the same store: it knows nothing of what the last one saw. */
    private RebootLock coordinator() {
        coordinators++;
        var random = new Random(fleet.seed() + coordinators);
        Audience audience =
                new Audience() {
                    private final int mine = coordinators;

                    @Override
                    public boolean isPresent(String id) {
                        SimulatedHost host = hosts.get(id);
                        return host != null && host.state == State.WAITING && mine == coordinators;
                    }

                    @Override
                    public void granted(String id, long fence) {
                        SimulatedHost host = hosts.get(id);
                        if (host != null && host.state == State.WAITING) {
                            host.state = State.GRANTED;
                            host.fence = fence;
                            called.add(host);
                        }
                    }
                };
        var time = new Timepiece(() -> now, () -> Duration.between(start, now).toNanos());
        return new RebootLock(
                new GroupDesk(
                        GROUP,
                        store,
                        new GroupDesk.Parts(
                                time, () -> "r" + requests++, random, Surroundings.NONE, audience)),
                Optional.empty());
    }

    /** Plays until nothing more can happen, or the time is over. */
    SimulationReport run(Duration most) {
        Instant end = start.plus(most);
        for (Event event = events.poll();
                event != null && !event.at().isAfter(end);
                event = events.poll()) {
            now = event.at();
            event.what().run();
            settle();
            observer.run();
        }
        return tally.report(start, hosts.values());
    }

    /** What follows from an event at once: calls, halts, and the next look at the clock. */
    private void settle() {
        RebootStatus status = status();
        boolean isServing = true;
        while (isServing) {
            // A commit is a decision as well, and may serve the next ones.
            List<SimulatedHost> served = List.copyOf(called);
            called.clear();
            served.forEach(this::granted);
            // One decision serves only so many; the next one serves more.
            status = status();
            isServing = !served.isEmpty() || !called.isEmpty();
        }
        noteHalt(status);
        lookAtNextOpening(status);
    }

    private void noteHalt(RebootStatus status) {
        Optional<Halt> now = status.document().halted();
        if (now.isPresent() && halted.isEmpty()) {
            tally.halted(this.now, now.get().reason());
            fleet.failures().attended().ifPresent(after -> after(after, () -> lock.resume()));
        }
        halted = now;
    }

    private void lookAtNextOpening(RebootStatus status) {
        boolean isWaiting = status.standing().line().length() > 0 && halted.isEmpty();
        Optional<Instant> opening =
                isWaiting
                        ? policy.calendar().nextStart(now, policy.times().expected())
                        : Optional.empty();
        if (opening.isPresent() && opening.get().isAfter(now) && !opening.get().equals(nextLook)) {
            nextLook = opening.get();
            at(nextLook, () -> nextLook = Instant.MAX);
        }
    }

    private void request(SimulatedHost host) {
        switch (lock.request(host.identity())) {
            case LockAnswer.Granted(long fence) -> {
                host.state = State.GRANTED;
                host.fence = fence;
                called.add(host);
            }
            case LockAnswer.Queued _ -> host.state = State.WAITING;
            // A halted group takes nobody into its line.
            case LockAnswer.Refused _, LockAnswer.Unavailable _ -> askAgain(host);
        }
    }

    private void askAgain(SimulatedHost host) {
        host.state = State.RUNNING;
        if (halted.isEmpty() || fleet.failures().attended().isPresent()) {
            after(ASK_AGAIN, () -> request(host));
        }
    }

    private void granted(SimulatedHost host) {
        tally.granted(host.id, now);
        switch (lock.commit(host.identity(), host.fence)) {
            case CommitAnswer.Committed _ -> leave(host);
            case CommitAnswer.Refused _, CommitAnswer.Unavailable _ -> {
                lock.release(host.identity(), new Outcome.Abandoned("not committed"));
                tally.takenBack(host.id);
                askAgain(host);
            }
        }
    }

    private void leave(SimulatedHost host) {
        host.state = State.AWAY;
        tally.left();
        if (host.fate == Fate.LOST) {
            // It counts as overdue when somebody looks after the deadline.
            after(policy.times().deadline().plus(LOOK), () -> {});
            fleet.failures()
                    .attended()
                    .ifPresent(after ->
                            after(policy.times().deadline().plus(after), () -> giveUp(host)));
        } else {
            after(host.rebootTime, () -> back(host));
            if (host.rebootTime.compareTo(policy.times().deadline()) > 0) {
                after(policy.times().deadline().plus(LOOK), () -> {});
            }
        }
    }

    private void back(SimulatedHost host) {
        host.boot();
        ReportAnswer answer = lock.report(host.identity(), true);
        host.state = State.DONE;
        tally.ended(host, answer instanceof ReportAnswer.Failed, now);
    }

    private void giveUp(SimulatedHost host) {
        lock.forceRelease(host.id);
        host.state = State.DONE;
        tally.ended(host, false, now);
    }

    private void after(Duration wait, Runnable what) {
        at(now.plus(wait), what);
    }

    private void at(Instant when, Runnable what) {
        events.add(new Event(when, numbers++, what));
    }

    private static RebootStatus known(GroupAnswer answer) {
        return switch (answer) {
            case GroupAnswer.Done(var status) -> status;
            case GroupAnswer.Refused(_, var reason) -> throw new IllegalStateException(reason);
            case GroupAnswer.Unavailable(var reason) -> throw new IllegalStateException(reason);
        };
    }

    // What follows is for tests that disturb the story and look at it after each event.

    RebootStatus status() {
        return known(lock.status());
    }

    Instant now() {
        return now;
    }

    Iterable<SimulatedHost> hosts() {
        return hosts.values();
    }

    void observe(Runnable after) {
        observer = after;
    }

    void plan(Duration wait, Runnable what) {
        after(wait, what);
    }

    /** The coordinator dies and another takes over; those who wait find it after a while. */
    void crash(Duration gap) {
        lock = coordinator();
        for (SimulatedHost host : hosts.values()) {
            if (host.state == State.WAITING) {
                host.state = State.RUNNING;
                after(gap, () -> request(host));
            }
        }
    }

    RebootLock lock() {
        return lock;
    }
}
