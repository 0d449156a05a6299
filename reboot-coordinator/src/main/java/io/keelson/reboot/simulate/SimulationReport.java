package io.keelson.reboot.simulate;

import io.keelson.reboot.window.Opening;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What came of a fleet.
 *
 * @param finished when the last host was done; empty when some never were
 * @param mostAway hosts between commit and return at the same time, at most
 * @param openings progress by opening, those without any left out
 */
public record SimulationReport(
        Instant started,
        Optional<Instant> finished,
        Hosts hosts,
        int mostAway,
        List<Halted> halts,
        List<Progress> openings) {
    public SimulationReport {
        halts = List.copyOf(halts);
        openings = List.copyOf(openings);
    }

    /**
     * How many ended how.
     *
     * @param waiting still without their reboot when nothing more could happen
     */
    public record Hosts(int done, int failed, int lost, int waiting) {}

    /** A halt of the group. */
    public record Halted(Instant at, String reason) {}

    /** What happened in one opening; a host counts where it was granted its slot. */
    public record Progress(Opening opening, int granted, int done, int failed, int lost) {}
}
