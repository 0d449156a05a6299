package io.keelson.engine.health;

import io.keelson.host.Command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** No unit of this boot has failed. */
final class FailedUnits implements HealthCheck {
    private final Programs programs;

    FailedUnits(Programs programs) {
        this.programs = programs;
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
            List<String> failed = units(result.stdout());
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
