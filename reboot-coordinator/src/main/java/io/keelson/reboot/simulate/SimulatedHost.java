package io.keelson.reboot.simulate;

import io.keelson.reboot.rules.NodeIdentity;

import java.time.Duration;
import java.util.SplittableRandom;

/** One host: what will happen to it is decided before anything happens. */
final class SimulatedHost {
    private static final String OLD = "1";
    private static final String NEW = "2";

    private static final long HOSTS_OF_A_SEED = 1_000_003;

    /** Of the standard normal distribution. */
    private static final double P95 = 1.6449;

    /** How its reboot ends. */
    enum Fate {
        WELL,
        FAILS,
        LOST
    }

    /** Where it is. */
    enum State {
        RUNNING,
        WAITING,
        GRANTED,
        AWAY,
        DONE
    }

    final String id;
    final Fate fate;
    final Duration ready;
    final Duration rebootTime;
    State state = State.RUNNING;
    long fence;
    private int boots = 1;
    private boolean isUpdated;

    SimulatedHost(int number, Fleet fleet) {
        // Not Random: of neighbouring seeds it makes nearly the same first number.
        var random = new SplittableRandom(fleet.seed() * HOSTS_OF_A_SEED + number);
        this.id = "host-%05d".formatted(number);
        double draw = random.nextDouble();
        double failing = fleet.failures().failing();
        this.fate =
                draw < failing
                        ? Fate.FAILS
                        : draw < failing + fleet.failures().lost() ? Fate.LOST : Fate.WELL;
        this.ready =
                Duration.ofMillis((long) (random.nextDouble() * fleet.readyWithin().toMillis()));
        double median = fleet.reboot().median().toMillis();
        double sigma = Math.log(fleet.reboot().p95().toMillis() / median) / P95;
        double millis = median * Math.exp(sigma * random.nextGaussian());
        this.rebootTime = Duration.ofMillis(Math.max(1, (long) millis));
    }

    NodeIdentity identity() {
        return new NodeIdentity(id, "boot-" + boots, isUpdated ? NEW : OLD);
    }

    void boot() {
        boots++;
        isUpdated = fate != Fate.FAILS;
    }
}
