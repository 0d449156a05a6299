package io.keelson.payload.apply;

import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.AppliedPayload;
import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.VerifiedPayload;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

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
        return Resumption.point(payload, journal).isPresent();
    }

    /**
     * Executes every operation as its data arrives, verifies what was written by content hashes and
     * root hash, verifies the payload signature, and flushes.
     *
     * @param progress is told on the calling thread
     * @return only after both targets are forced
     */
    public static AppliedPayload apply(
            VerifiedPayload payload, ApplyPlan plan, ApplyProgress progress)
            throws PayloadException {
        return apply(payload, plan, progress, WriteStage.FLUSH_BYTES);
    }

    /**
     * As above, with its own distance between flushes.
     *
     * @param flushBytes written bytes after which a flush is asked for
     */
    static AppliedPayload apply(
            VerifiedPayload payload, ApplyPlan plan, ApplyProgress progress, long flushBytes)
            throws PayloadException {
        requireSources(payload, plan);
        Resumption resumption = Resumption.of(payload, plan);
        var run = new ApplyRun(payload, plan, resumption.contents(), progress, flushBytes);
        List<String> signers = consume(payload, plan, resumption.fileOffset(), run);
        try {
            return verified(payload, plan, resumption.contents(), signers);
        } catch (PayloadException e) {
            // What was written is not what was signed: continuing there would fail for ever.
            forget(plan.journal(), e);
            throw e;
        }
    }

    private static List<String> consume(
            VerifiedPayload payload, ApplyPlan plan, long offset, ApplyRun run)
            throws PayloadException {
        if (offset == payload.dataOffset()) {
            return run.run(payload.data());
        }
        try (InputStream rest = plan.ranges().from(offset)) {
            return run.run(payload.dataFrom(rest, offset));
        } catch (PayloadException e) {
            throw e;
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_TRANSFER,
                    "the payload cannot be read from byte " + offset + " on: " + e.getMessage(),
                    e);
        }
    }

    private static AppliedPayload verified(
            VerifiedPayload payload,
            ApplyPlan plan,
            List<PartitionContent> contents,
            List<String> signers)
            throws PayloadException {
        VerityTree tree = null;
        for (PartitionContent content : contents) {
            PayloadError otherwise =
                    content.hasTree()
                            ? PayloadError.NEW_ROOTFS_VERIFICATION
                            : PayloadError.NEW_KERNEL_VERIFICATION;
            content.requireSignedContent(otherwise);
            if (plan.readBack()) {
                content.requireReadableContent(otherwise);
            }
            if (content.hasTree()) {
                tree = content.signedTree();
            }
        }
        VerityTree usr = Objects.requireNonNull(tree, "the rules require a tree of usr");
        return new AppliedPayload(payload.releaseVersion(), usr.rootHash(), usr, signers);
    }

    private static void requireSources(VerifiedPayload payload, ApplyPlan plan)
            throws PayloadException {
        boolean isDelta =
                payload.manifest().partitions().stream()
                        .flatMap(partition -> partition.operations().stream())
                        .anyMatch(operation -> operation.type().hasSource());
        if (isDelta && plan.sources().isEmpty()) {
            throw new PayloadException(
                    PayloadError.SOURCE_MISMATCH,
                    "the payload is a delta, and there is no running release to build on");
        }
    }

    private static void forget(ApplyJournal journal, PayloadException cause) {
        try {
            journal.clear();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
