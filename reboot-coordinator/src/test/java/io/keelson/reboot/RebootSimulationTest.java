package io.keelson.reboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.group.GroupJson;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.store.GroupStore.Read;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A fleet that reboots through a store which loses and delays what it is sent. */
class RebootSimulationTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-20T00:00:00Z"));
    private static final int HOSTS = 12;
    private static final int STEPS = 1_500;

    private int requests;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void noMoreThanMaxRebootAtOnceInTheOrderTheyAskedAndEveryFailureCountsOnce(long seed)
            throws IOException {
        var random = new Random(seed);
        var store = new FaultyStore(random, 0.12);
        int max = 1 + random.nextInt(3);
        var operator = lock(store);
        while (!(operator.setMax(max) instanceof GroupAnswer.Done)) {}
        while (!(operator.setFailureBudget(10_000) instanceof GroupAnswer.Done)) {}
        var hosts = new ArrayList<Host>();
        for (int i = 0; i < HOSTS; i++) {
            hosts.add(new Host("host-" + i, lock(store)));
        }
        Set<Long> fences = new HashSet<>();

        for (int step = 0; step < STEPS; step++) {
            RebootGroup before = group(store);
            List<Waiter> queue = store.peek().line().first();
            hosts.get(random.nextInt(HOSTS)).act(random);
            RebootGroup after = group(store);

            assertThat(after.holders()).hasSizeLessThanOrEqualTo(max);
            assertFirstInFirstServed(before, after, queue);
            assertEveryRebootingHostHolds(hosts, after);
        }
        store.heal();
        for (int round = 0; round < 20 * HOSTS; round++) {
            for (Host host : hosts) {
                host.finish(random);
            }
        }

        RebootGroup end = group(store);
        assertThat(end.holders()).isEmpty();
        assertThat(store.peek().line().first()).isEmpty();
        assertThat(end.failures().used()).isEqualTo(hosts.stream().mapToInt(h -> h.failed).sum());
        for (Host host : hosts) {
            assertThat(host.turns).as("turns of " + host.id).isPositive();
            host.fences.forEach(fence -> assertThat(fences.add(fence)).isTrue());
        }
    }

    /** A slot is kept for each of those who wait, so one that is served had a free one left. */
    private static void assertFirstInFirstServed(
            RebootGroup before, RebootGroup after, List<Waiter> queue) {
        List<String> waiting = queue.stream().map(Waiter::id).toList();
        for (Holder holder : after.holders()) {
            boolean served = before.holders().stream().noneMatch(h -> h.fence() == holder.fence());
            int place = waiting.indexOf(holder.id());
            if (served) {
                int ahead = place < 0 ? waiting.size() : place;
                assertThat(ahead).isLessThan(before.free(0));
            }
        }
    }

    private static void assertEveryRebootingHostHolds(List<Host> hosts, RebootGroup group) {
        for (Host host : hosts) {
            if (host.state == State.REBOOTING) {
                assertThat(group.holder(host.id).map(Holder::fence)).contains(host.fence);
            }
        }
    }

    private static RebootGroup group(FaultyStore store) throws IOException {
        Read.Found found = store.peek();
        return found.revision() == 0
                ? RebootGroup.defaults(CLOCK.instant())
                : GroupJson.read(found.document(), found.revision());
    }

    private RebootLock lock(FaultyStore store) {
        var parts =
                new GroupDesk.Parts(
                        new Timepiece(CLOCK, () -> 0),
                        () -> "req-" + ++requests,
                        () -> 0L,
                        Surroundings.NONE,
                        Audience.NOBODY);
        return new RebootLock(new GroupDesk("all", store, parts), Optional.empty());
    }

    private enum State {
        IDLE,
        ASKING,
        GRANTED,
        REBOOTING,
        BACK
    }

    private static final class Host {
        final String id;
        final Set<Long> fences = new HashSet<>();
        private final RebootLock lock;
        State state = State.IDLE;
        long fence;
        int failed;
        int turns;
        private int boot;
        private Outcome outcome = new Outcome.Healthy();

        Host(String id, RebootLock lock) {
            this.id = id;
            this.lock = lock;
        }

        void act(Random random) {
            switch (state) {
                case IDLE -> state = State.ASKING;
                case ASKING -> {
                    if (lock.request(node()) instanceof LockAnswer.Granted(var granted)) {
                        fence = granted;
                        fences.add(granted);
                        state = State.GRANTED;
                    }
                }
                case GRANTED -> {
                    if (random.nextInt(10) == 0) {
                        // Power cut before the commit.
                        comeBack(new Outcome.Failed("crashed"));
                    } else if (lock.commit(node(), fence) instanceof CommitAnswer.Committed) {
                        state = State.REBOOTING;
                    }
                }
                case REBOOTING ->
                        comeBack(
                                random.nextInt(4) == 0
                                        ? new Outcome.Failed("no network")
                                        : new Outcome.Healthy());
                case BACK -> {
                    ReleaseAnswer answer = lock.release(node(), outcome);
                    if (answer instanceof ReleaseAnswer.Released
                            || answer instanceof ReleaseAnswer.NotHolder) {
                        turns++;
                        failed += outcome instanceof Outcome.Failed ? 1 : 0;
                        state = State.IDLE;
                    } else {
                        assertThat(answer).isInstanceOf(ReleaseAnswer.Unavailable.class);
                    }
                }
            }
        }

        void finish(Random random) {
            if (state != State.IDLE || turns == 0) {
                act(random);
            }
        }

        private void comeBack(Outcome how) {
            boot++;
            outcome = how;
            state = State.BACK;
        }

        private NodeIdentity node() {
            return new NodeIdentity(id, "boot-" + boot);
        }
    }
}
