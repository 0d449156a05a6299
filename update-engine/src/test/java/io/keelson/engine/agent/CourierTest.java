package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.json.StateFile;
import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class CourierTest {
    @TempDir Path directory;
    private final AnsweringSlots slots = new AnsweringSlots();
    private final AnsweringSlots former = new AnsweringSlots();
    private final List<String> formerGroups = new ArrayList<>();
    private boolean hasLock = true;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private AgentMemory memory;
    private Courier courier;

    @BeforeEach
    void oweTheLockAnAbandonedTurn() throws IOException {
        LockDebt debt = new LockDebt.Abandoned("an operator cancelled");
        memory =
                new AgentMemory(
                        new StateFile(directory.resolve("state.json")),
                        AgentRecord.first("1.0.0").withLockDebt(Optional.of(debt)));
        courier = courier(new Courier.Lock("racks", Optional.of(slots), this::former));
    }

    private Courier courier(Courier.Lock lock) {
        return new Courier(memory, Optional.empty(), lock, () -> now);
    }

    private Optional<RebootSlots> former(String group) {
        formerGroups.add(group);
        return hasLock ? Optional.of(former) : Optional.empty();
    }

    @Test
    void slotOfAnotherGroupIsHandedBackThere() throws Exception {
        memory.change(before -> before.withSlot("web"));
        former.answers.add(new ReleaseAnswer.Unavailable("etcd does not answer"));
        former.answers.add(new ReleaseAnswer.Released(false));

        Optional<Duration> wait = courier.deliver();
        now = now.plus(wait.orElseThrow());
        Optional<Duration> end = courier.deliver();

        assertThat(end).isEmpty();
        assertThat(formerGroups).containsExactly("web");
        assertThat(former.outcomes)
                .hasSize(2)
                .containsOnly(new Outcome.Abandoned("an operator cancelled"));
        assertThat(slots.outcomes).isEmpty();
        assertThat(memory.current().slotGroup()).isEmpty();
    }

    @Test
    void groupThatIsNoMoreGetsNoSlotBack() throws Exception {
        memory.change(before -> before.withSlot("web"));
        former.answers.add(new ReleaseAnswer.Refused(RefusalKind.UNKNOWN_GROUP, "no such group"));

        Optional<Duration> end = courier.deliver();

        assertThat(end).isEmpty();
        assertThat(memory.current().lockDebt()).isEmpty();
    }

    @Test
    void groupThatRefusesForLongKeepsNoHostFromItsOwn() throws Exception {
        memory.change(before -> before.withSlot("web"));
        for (int i = 0; i < 100; i++) {
            former.answers.add(
                    new ReleaseAnswer.Refused(RefusalKind.STORE_UNAVAILABLE, "no permission"));
        }
        Instant start = now;
        Optional<Duration> wait = courier.deliver();
        while (wait.isPresent()) {
            now = now.plus(wait.get());
            wait = courier.deliver();
        }

        assertThat(memory.current().lockDebt()).isEmpty();
        assertThat(Duration.between(start, now))
                .isBetween(Duration.ofMinutes(60), Duration.ofMinutes(63));
    }

    @Test
    void slotIsHandedBackWhereRebootsNeedNoLockAnyMore() throws Exception {
        memory.change(before -> before.withSlot("racks"));
        former.answers.add(new ReleaseAnswer.Released(false));

        Optional<Duration> end =
                courier(new Courier.Lock("racks", Optional.empty(), this::former)).deliver();

        assertThat(end).isEmpty();
        assertThat(former.outcomes).containsExactly(new Outcome.Abandoned("an operator cancelled"));
    }

    @Test
    void slotOfALockThatTheSettingsNameNoMoreIsForgotten() throws Exception {
        memory.change(before -> before.withSlot("racks"));
        hasLock = false;

        Optional<Duration> end =
                courier(new Courier.Lock("racks", Optional.empty(), this::former)).deliver();

        assertThat(end).isEmpty();
        assertThat(memory.current().lockDebt()).isEmpty();
        assertThat(memory.current().slotGroup()).isEmpty();
    }

    @Test
    void waitsGrowAndAreThoseOfWhatIsOwed() throws Exception {
        for (int i = 0; i < 20; i++) {
            slots.answers.add(new ReleaseAnswer.Unavailable("etcd does not answer"));
        }
        var waits = new ArrayList<Duration>();

        for (int i = 0; i < 10; i++) {
            waits.add(courier.deliver().orElseThrow());
            now = now.plus(waits.getLast());
        }

        assertThat(waits.getFirst()).isEqualTo(Duration.ofSeconds(2));
        assertThat(waits.getLast()).isEqualTo(Duration.ofMinutes(2));
        assertThat(slots.outcomes).hasSize(10);
        assertThat(courier.slotTrouble())
                .contains("not since 2026-01-01T00:00:00Z: etcd does not answer");
    }

    @Test
    void cancelledTurnThatRebootedAllTheSameEndsAsFailed() throws Exception {
        slots.answers.add(new ReleaseAnswer.Refused(RefusalKind.FENCED, "other boot"));
        slots.answers.add(new ReleaseAnswer.Released(false));

        Optional<Duration> next = courier.deliver();
        Optional<Duration> end = courier.deliver();

        assertThat(next).isPresent();
        assertThat(end).isEmpty();
        assertThat(slots.outcomes)
                .containsExactly(
                        new Outcome.Abandoned("an operator cancelled"),
                        new Outcome.Failed("rebooted after the switch was cancelled"));
        assertThat(memory.current().lockDebt()).isEmpty();
    }

    @Test
    void otherRefusalsAreTriedAgainAsTheyAre() throws Exception {
        slots.answers.add(new ReleaseAnswer.Refused(RefusalKind.STORE_UNAVAILABLE, "no space"));
        slots.answers.add(new ReleaseAnswer.Released(false));

        Optional<Duration> first = courier.deliver();
        Optional<Duration> tooEarly = courier.deliver();
        now = now.plusSeconds(3);
        Optional<Duration> end = courier.deliver();

        assertThat(first).isPresent();
        assertThat(tooEarly).isPresent();
        assertThat(end).isEmpty();
        assertThat(slots.outcomes)
                .hasSize(2)
                .containsOnly(new Outcome.Abandoned("an operator cancelled"));
    }

    @Test
    void clockThatIsSetBackDoesNotKeepTheSlot() throws Exception {
        slots.answers.add(new ReleaseAnswer.Unavailable("etcd does not answer"));
        slots.answers.add(new ReleaseAnswer.Released(false));

        Optional<Duration> first = courier.deliver();
        now = now.minus(Duration.ofDays(3650));
        Optional<Duration> end = courier.deliver();

        assertThat(first).isPresent();
        assertThat(end).isEmpty();
    }

    /** A lock with prepared answers. */
    private static final class AnsweringSlots implements RebootSlots {
        final ArrayDeque<ReleaseAnswer> answers = new ArrayDeque<>();
        final List<Outcome> outcomes = new ArrayList<>();

        @Override
        public LockAnswer request(String leaving) {
            throw new AssertionError("nobody reboots here");
        }

        @Override
        public void tell(long fence, HolderState state) {
            throw new AssertionError("nobody reboots here");
        }

        @Override
        public void tellReturned() {
            throw new AssertionError("nobody reboots here");
        }

        @Override
        public CommitAnswer commit(long fence) {
            throw new AssertionError("nobody reboots here");
        }

        @Override
        public ReleaseAnswer release(Outcome outcome) {
            outcomes.add(outcome);
            return answers.removeFirst();
        }
    }
}
