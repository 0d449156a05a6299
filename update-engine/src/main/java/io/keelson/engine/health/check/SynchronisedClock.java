package io.keelson.engine.health.check;

import java.io.IOException;
import java.time.Duration;

/** The kernel knows the time from somebody who keeps it, whatever daemon told it. */
public final class SynchronisedClock implements HealthCheck {
    private final Kernel kernel;

    /** What adjtimex(2) says; {@link io.keelson.host.Clock} on a host. */
    @FunctionalInterface
    public interface Kernel {
        boolean isSynchronised() throws IOException;
    }

    public SynchronisedClock(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "clock";
    }

    @Override
    public CheckOutcome look(Duration limit) {
        try {
            return kernel.isSynchronised()
                    ? new CheckOutcome.Passed()
                    : new CheckOutcome.Waiting(
                            "the clock is not synchronised; does an NTP client run?");
        } catch (IOException e) {
            return new CheckOutcome.Failed(String.valueOf(e.getMessage()));
        }
    }
}
