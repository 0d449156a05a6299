package io.keelson.engine.install;

import io.keelson.engine.fetch.FileStream;
import io.keelson.engine.slot.SlotWriter;
import io.keelson.payload.AppliedPayload;
import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.apply.ApplyJournal;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.index.ChunkIndex;
import io.keelson.payload.index.ChunkPlan;
import io.keelson.payload.index.LocalBlocks;
import io.keelson.payload.index.RangeSource;

import java.io.IOException;
import java.util.HexFormat;

/**
 * A full payload of which only those parts are fetched that the running release does not have.
 *
 * @param file any part of it can be asked of this
 */
record ReusedBlocks(ChunkPlan plan, PayloadSources running, FileStream file) {
    /** Finds out what is here, from hashes alone; nothing is written. */
    static ReusedBlocks find(
            VerifiedPayload payload, ChunkIndex index, SlotWriter writer, FileStream file)
            throws IOException {
        var verity = payload.partition("usr").verity().orElseThrow();
        byte[] salt = HexFormat.of().parseHex(verity.saltHex());
        PayloadSources running = writer.running();
        ChunkPlan plan =
                ChunkPlan.of(
                        payload,
                        index,
                        writer.runningBlocks(salt),
                        LocalBlocks.hashing(running.uki(), salt));
        return new ReusedBlocks(plan, running, file);
    }

    AppliedPayload apply(PayloadTargets targets, ApplyJournal journal, ApplyProgress progress)
            throws PayloadException {
        // The metadata came by it; the rest of that answer is not wanted.
        file.close();
        RangeSource parts = file::part;
        ApplyPlan apply = ApplyPlan.to(targets).from(running).resuming(journal, plan.ranges(parts));
        return PayloadApplier.apply(plan.payload(parts), apply, progress);
    }
}
