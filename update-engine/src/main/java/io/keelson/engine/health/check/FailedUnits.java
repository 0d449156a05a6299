package io.keelson.engine.health.check;

import io.keelson.host.Command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** No unit of this boot has failed, but for those that may. */
public final class FailedUnits implements HealthCheck {
    private final Programs programs;
    private final Set<String> ignored;

    public FailedUnits(Programs programs, Collection<String> ignored) {
        this.programs = programs;
        this.ignored = Set.copyOf(ignored);
    }

    @Override
    public String name() {
        return "failed-units";
    }

    @Override
    public CheckOutcome look(Duration limit) throws InterruptedException {
        try {
            Command.Result result =
                    programs.run(
                            List.of(
                                    "systemctl",
                                    "--failed",
                                    "--no-legend",
                                    "--plain",
                                    "--no-pager"),
                            limit);
            if (!result.ok()) {
                return new CheckOutcome.Waiting("systemctl --failed: " + result.stderr().strip());
            }
            var failed = new ArrayList<>(units(result.stdout()));
            failed.removeAll(ignored);
            return failed.isEmpty()
                    ? new CheckOutcome.Passed()
                    : new CheckOutcome.Failed("failed units: " + String.join(" ", failed));
        } catch (IOException e) {
            return new CheckOutcome.Waiting(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> units(String lines) {
        var units = new ArrayList<String>();
        for (String line : lines.split("\n", -1)) {
            String unit = line.strip().split("\\s", 2)[0];
            if (!unit.isEmpty()) {
                units.add(unit);
            }
        }
        return units;
    }
}
