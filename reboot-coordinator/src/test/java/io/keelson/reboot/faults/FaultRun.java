package io.keelson.reboot.faults;

import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.Range;
import io.keelson.reboot.proof.HistoryCheck;
import io.keelson.reboot.proof.Question;
import io.keelson.reboot.proof.Reply;
import io.keelson.reboot.proof.Rules;
import io.keelson.reboot.proof.Violation;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Hosts reboot through two real coordinators over a real cluster while faults come and go. */
final class FaultRun implements AutoCloseable {
    private static final int HOSTS = 10;
    // A host that never returns keeps its slot: there must be one more for the others.
    private static final int DEATHS_MAX = 1;
    private static final int BUDGET = 9_999;
    private static final long RECOVERY_MILLIS_MAX = 120_000;
    private static final long HOUR_SECONDS = 3_600;

    private final Cluster cluster;
    private final Path directory;
    private final Coordinators coordinators;
    private final Recorder recorder = new Recorder();
    private final Random random;
    private final List<RebootingHost> hosts = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger deaths = new AtomicInteger();
    private volatile boolean over;
    private volatile boolean calm;

    FaultRun(Cluster cluster, Path directory, long seed) throws IOException {
        this.cluster = cluster;
        this.directory = directory;
        this.random = new Random(seed);
        long offset = random.nextBoolean() ? HOUR_SECONDS : -HOUR_SECONDS;
        this.coordinators = new Coordinators(directory, cluster.endpoints(), List.of(0L, offset));
    }

    /** What is done to the system, one after the other. */
    enum Fault {
        LEADER_KILLED,
        LEADER_PAUSED,
        LEADER_CUT_OFF,
        LEADER_CUT_FROM_PEERS,
        FOLLOWER_CUT_OFF,
        DISK_FULL,
        COMPACTION,
        COORDINATOR_KILLED,
        RESTORED_FROM_SNAPSHOT
    }

    Recorder recorder() {
        return recorder;
    }

    boolean isOver() {
        return over;
    }

    /**
     * Not while a snapshot is restored: a host that went down after it was taken is known to nobody
     * then, and whoever restores has to see that host come back.
     */
    boolean mayDie() {
        return !calm && deaths.getAndIncrement() < DEATHS_MAX;
    }

    static Rules rules() {
        return new Rules(2, BUDGET, List.of(), 0, Long.MAX_VALUE / 4);
    }

    Reply ask(String who, Question question) {
        long call = recorder.asked(who, question);
        int which = Math.floorMod(call * 31 + who.hashCode(), Coordinators.COUNT);
        Reply reply = coordinators.ask(which, who, question);
        recorder.answered(call, reply);
        return reply;
    }

    void start() throws InterruptedException, IOException {
        until(new Question.SetMax(2));
        budget();
        for (int i = 0; i < HOSTS; i++) {
            var host = new RebootingHost("host-" + i, this, random.nextLong());
            hosts.add(host);
            threads.add(Thread.ofVirtual().name(host.id()).start(host));
        }
        long seed = random.nextLong();
        threads.add(Thread.ofVirtual().name("operator").start(() -> operate(new Random(seed))));
        if (!recorder.awaitGrants(5, RECOVERY_MILLIS_MAX)) {
            throw new IOException("nothing is granted at the start");
        }
    }

    /** Inflicts one fault for some seconds, heals it and waits until hosts reboot again. */
    void inflict(Fault fault, int seconds) throws IOException, InterruptedException {
        recorder.note("fault " + fault);
        switch (fault) {
            case LEADER_KILLED -> {
                int leader = leader();
                cluster.kill(leader);
                rest(seconds);
                cluster.start(leader);
            }
            case LEADER_PAUSED -> {
                int leader = leader();
                cluster.signal(leader, "STOP");
                rest(seconds);
                cluster.signal(leader, "CONT");
            }
            case LEADER_CUT_OFF -> cut(leader(), seconds);
            case LEADER_CUT_FROM_PEERS -> {
                int leader = leader();
                cluster.network().cutFromPeers(leader);
                rest(seconds);
                cluster.network().heal(leader);
            }
            case FOLLOWER_CUT_OFF -> cut(leader() % Cluster.NODES + 1, seconds);
            case DISK_FULL -> {
                int leader = leader();
                cluster.fillDisk(leader);
                rest(seconds);
                cluster.freeDisk(leader);
            }
            case COMPACTION -> compact();
            case COORDINATOR_KILLED -> {
                int which = random.nextInt(Coordinators.COUNT);
                coordinators.kill(which);
                coordinators.start(which);
            }
            case RESTORED_FROM_SNAPSHOT -> restore(seconds);
        }
        recorder.note("healed " + fault);
        if (!recorder.awaitGrants(4, RECOVERY_MILLIS_MAX)) {
            throw new IOException("nothing is granted after " + fault);
        }
    }

    /** Lets all hosts finish, looks a last time and judges everything. */
    List<Violation> finish() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        until(new Question.Look());
        return HistoryCheck.violations(rules(), recorder.events());
    }

    List<String> dead() {
        return hosts.stream().filter(RebootingHost::isDead).map(RebootingHost::id).toList();
    }

    String summary() {
        return "%d grants, %d answers of unknown outcome, most down at once %d, lost hosts %s"
                .formatted(
                        recorder.grants(),
                        recorder.unknown(),
                        HistoryCheck.mostAtOnce(recorder.events()),
                        dead());
    }

    private void cut(int node, int seconds) throws IOException {
        cluster.network().cutOff(node);
        rest(seconds);
        cluster.network().heal(node);
    }

    private void compact() throws IOException {
        if (cluster.client(Duration.ofSeconds(2)).range(Range.ofKey("now"))
                instanceof EtcdResult.Known<Range.Answer>(var answer)) {
            cluster.etcdctl("compact", Long.toString(answer.header().revision()));
        }
    }

    /** An operator who restores waits until no host may be down before the group goes on. */
    private void restore(int seconds) throws IOException, InterruptedException {
        calm = true;
        Path snapshot = directory.resolve("snapshot-" + recorder.grants());
        cluster.etcdctl("snapshot", "save", snapshot.toString());
        rest(seconds);
        cluster.restore(snapshot);
        recorder.restored();
        // Both coordinators have to notice by themselves that the store went back.
        int grants = recorder.grants();
        rest(2);
        recorder.note("granted after the restore: " + (recorder.grants() - grants));
        while (hosts.stream().anyMatch(host -> host.mayHold() && !host.isDead())) {
            rest(1);
        }
        until(new Question.Resume());
        calm = false;
    }

    private void budget() throws IOException {
        // The budget has tests of its own; here failures must not end the run.
        new Budget(cluster).set(BUDGET);
    }

    private int leader() throws IOException {
        for (int i = 0; i < 100; i++) {
            var leader = cluster.leader();
            if (leader.isPresent()) {
                return leader.get();
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        throw new IOException("no leader");
    }

    private void operate(Random dice) {
        while (!over) {
            switch (dice.nextInt(14)) {
                case 0 -> ask("operator", new Question.SetMax(2 + dice.nextInt(2)));
                case 1 -> {
                    if (!calm && ask("operator", new Question.Halt()) instanceof Reply.Done) {
                        rest(1);
                    }
                    resume();
                }
                default -> ask("operator", new Question.Look());
            }
            LockSupport.parkNanos(dice.nextInt(1, 150) * 1_000_000L);
        }
        resume();
    }

    private void resume() {
        while (!calm && !(ask("operator", new Question.Resume()) instanceof Reply.Done)) {
            rest(1);
        }
    }

    private void until(Question question) {
        Reply reply = ask("operator-2", question);
        while (reply instanceof Reply.Unknown || reply instanceof Reply.Refused) {
            rest(1);
            reply = ask("operator-2", question);
        }
    }

    private static void rest(int seconds) {
        LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
    }

    @Override
    public void close() {
        over = true;
        coordinators.close();
    }
}
