package io.keelson.payload.apply;

import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.repack.FramePacker;

import java.util.Optional;

/**
 * How a payload is applied.
 *
 * @param targets where the partitions go
 * @param sources the running release; only deltas need it
 * @param journal remembers progress across power cuts
 * @param ranges opens the payload in its middle, when the journal says that its start is done
 * @param readBack whether everything is read again from the targets in the end and compared; the
 *     boot verifies every block it reads, so this is for media one has reason to doubt
 * @param packer makes the zstd frames that a payload looked into
 */
public record ApplyPlan(
        PayloadTargets targets,
        Optional<PayloadSources> sources,
        ApplyJournal journal,
        PayloadRanges ranges,
        boolean readBack,
        FramePacker packer) {
    /** Applies from the first byte to the last in one go, without reading the running release. */
    public static ApplyPlan to(PayloadTargets targets) {
        return new ApplyPlan(
                targets,
                Optional.empty(),
                ApplyJournal.NONE,
                PayloadRanges.NONE,
                false,
                FramePacker.SYSTEM);
    }

    /** The same with a running release to build on. */
    public ApplyPlan from(PayloadSources running) {
        return new ApplyPlan(targets, Optional.of(running), journal, ranges, readBack, packer);
    }

    /** The same, able to continue after a cut. */
    public ApplyPlan resuming(ApplyJournal progress, PayloadRanges reopened) {
        return new ApplyPlan(targets, sources, progress, reopened, readBack, packer);
    }

    /** The same with everything read back in the end. */
    public ApplyPlan withReadBack() {
        return new ApplyPlan(targets, sources, journal, ranges, true, packer);
    }

    /** The same with zstd frames made by another library than the system's. */
    public ApplyPlan packingWith(FramePacker other) {
        return new ApplyPlan(targets, sources, journal, ranges, readBack, other);
    }
}
