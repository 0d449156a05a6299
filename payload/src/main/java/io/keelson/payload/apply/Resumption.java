package io.keelson.payload.apply;

import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PartitionUpdate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where an apply starts: at the first operation, or behind what the journal says is durable and the
 * targets confirm.
 *
 * @param contents one for each of the manifest's partitions, with the state they have by then
 * @param fileOffset of the first byte of the payload that is still needed
 */
record Resumption(List<PartitionContent> contents, long fileOffset) {
    Resumption {
        contents = List.copyOf(contents);
    }

    static Resumption of(VerifiedPayload payload, ApplyPlan plan) throws PayloadException {
        Optional<ApplyPoint> point = point(payload, plan.journal());
        List<PartitionUpdate> updates = payload.manifest().partitions();
        List<PartitionContent> contents = new ArrayList<>();
        long offset = payload.dataOffset();
        boolean isBehind = point.isEmpty();
        for (int i = 0; i < updates.size(); i++) {
            PartitionUpdate update = updates.get(i);
            PayloadTarget target = target(plan.targets(), update.name());
            var content = new PartitionContent(update, target);
            if (!isBehind && !content.resume(point.orElseThrow().partitions().get(i))) {
                content = new PartitionContent(update, target);
            }
            for (InstallOperation done : update.operations().subList(0, content.operations())) {
                offset += done.dataLength();
            }
            // The data come in the manifest's order: behind a gap there is nothing to skip.
            isBehind = isBehind || !content.isComplete();
            contents.add(content);
        }
        return new Resumption(contents, offset);
    }

    /** What the journal says about exactly this payload. */
    static Optional<ApplyPoint> point(VerifiedPayload payload, ApplyJournal journal)
            throws PayloadException {
        int partitions = payload.manifest().partitions().size();
        try {
            return journal.load()
                    .filter(point -> point.payload().equals(payload.identity()))
                    .filter(point -> point.partitions().size() == partitions);
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_WRITE,
                    "the journal of the apply cannot be read: " + e.getMessage(),
                    e);
        }
    }

    private static PayloadTarget target(PayloadTargets targets, String partition) {
        return partition.equals(ManifestRules.USR) ? targets.usr() : targets.uki();
    }
}
