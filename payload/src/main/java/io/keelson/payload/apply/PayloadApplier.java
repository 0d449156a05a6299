package io.keelson.payload.apply;

import io.keelson.payload.AppliedPayload;
import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadData;
import io.keelson.payload.PayloadException;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.PartitionUpdate;

import java.util.List;

/**
 * Applies a payload while it streams in.
 *
 * <p>To survive cuts, a host does the same on every attempt, the first included:
 *
 * <pre>{@code
 * var journal = new JournalFile(stateDirectory.resolve("apply.journal"));
 * try (InputStream in = GET(url)) {                        // always from byte 0: the metadata
 *     VerifiedPayload payload = PayloadReader.open(in, keys, capabilities);
 *     // refuse it here if it is not the release wanted; clear the slot if the journal is not its:
 *     boolean resumed = PayloadApplier.continues(payload, journal);
 *     ApplyPlan plan = ApplyPlan.to(new PayloadTargets(slot, bootImage))
 *             .from(new PayloadSources(runningUsr, runningUki))            // for deltas
 *             .resuming(journal, offset -> GET(url, "Range: bytes=" + offset + "-"));
 *     AppliedPayload applied = PayloadApplier.apply(payload, plan, progress);
 * }
 * journal.clear();                                         // once the slot is named or abandoned
 * }</pre>
 *
 * <p>When the journal names this payload, {@link #apply} reads back what it says is durable,
 * compares it with the journal's hashes, and asks {@link ApplyPlan#ranges} for the file from the
 * first byte it lacks; the stream the metadata came from is not read any further and stays the
 * caller's to close. Otherwise it goes on reading that stream. The targets must then still hold
 * what was written: a slot must not be emptied nor a staged boot image truncated when {@link
 * #continues} is true. A partition that does not have the content the journal states is written
 * again from its start.
 *
 * <p>After an exception everything up to some operation is durable and in the journal, if there is
 * one; calling again with a fresh stream continues there. Sizes are those of signed metadata: the
 * caller checks before that the targets have room.
 */
public final class PayloadApplier {
    private PayloadApplier() {}

    /** Whether the journal holds progress of exactly this payload. */
    public static boolean continues(VerifiedPayload payload, ApplyJournal journal)
            throws PayloadException {
        return false;
    }

    /**
     * Executes every operation as its data arrives, verifies what was written by content hashes and
     * root hash, verifies the payload signature, and flushes.
     *
     * @return only after both targets are forced
     */
    public static AppliedPayload apply(
            VerifiedPayload payload, ApplyPlan plan, ApplyProgress progress)
            throws PayloadException {
        try (ContentWriter writer = new ContentWriter(payload.manifest(), plan.targets())) {
            PayloadData data = payload.data();
            byte[] buffer = new byte[payload.longestData()];
            for (PartitionUpdate partition : payload.manifest().partitions()) {
                for (int i = 0; i < partition.operations().size(); i++) {
                    InstallOperation operation = partition.operations().get(i);
                    data.receive(partition.name() + " operation " + i, operation, buffer);
                    writer.execute(partition, operation, buffer);
                    progress.advanced(data.position(), payload.totalBytes());
                }
            }
            List<String> signers = data.end();
            progress.advanced(data.position(), payload.totalBytes());
            return writer.finish(payload.releaseVersion(), signers);
        }
    }
}
