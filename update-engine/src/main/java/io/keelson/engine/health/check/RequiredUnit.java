package io.keelson.engine.health.check;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A unit this host cannot do without is active. */
public final class RequiredUnit implements HealthCheck {
    private final Programs programs;
    private final String unit;

    public RequiredUnit(Programs programs, String unit) {
        this.programs = programs;
        this.unit = unit;
    }

    @Override
    public String name() {
        return "unit:" + unit;
    }

    @Override
    public CheckOutcome look(Duration limit) throws InterruptedException {
        try {
            // is-active prints the state and exits with 3 for anything but active.
            String state =
                    programs.run(List.of("systemctl", "is-active", unit), limit).stdout().strip();
            return switch (state) {
                case "active" -> new CheckOutcome.Passed();
                case "failed" -> new CheckOutcome.Failed(unit + " failed");
                default -> new CheckOutcome.Waiting(unit + " is " + state);
            };
        } catch (IOException e) {
            return new CheckOutcome.Waiting(String.valueOf(e.getMessage()));
        }
    }
}
