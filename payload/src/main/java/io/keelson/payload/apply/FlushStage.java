package io.keelson.payload.apply;

import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes durable what was written up to a checkpoint, then records that in the journal, while the
 * next bytes are already being written.
 */
final class FlushStage implements ApplyRun.Stage {
    private final Belt.Queue<Optional<Checkpoint>> checkpoints;
    private final ApplyJournal journal;
    private final Sha256 payload;

    private final List<PartitionContent> contents;

    /** How far each partition was when its last flush was asked for. */
    private final long[] flushed;

    FlushStage(Belt belt, ApplyJournal journal, Sha256 payload, List<PartitionContent> contents) {
        this.checkpoints = belt.queue(1);
        this.journal = journal;
        this.payload = payload;
        this.contents = contents;
        this.flushed = contents.stream().mapToLong(PartitionContent::position).toArray();
    }

    /** Asks for a flush; called by the writing thread between two operations. */
    void flush() throws Belt.StoppedException {
        List<PartitionContent> changed = new ArrayList<>();
        for (int i = 0; i < flushed.length; i++) {
            PartitionContent content = contents.get(i);
            if (content.position() != flushed[i]) {
                flushed[i] = content.position();
                changed.add(content);
            }
        }
        var point =
                new ApplyPoint(payload, contents.stream().map(PartitionContent::progress).toList());
        checkpoints.put(Optional.of(new Checkpoint(point, changed)));
    }

    void end() throws Belt.StoppedException {
        checkpoints.put(Optional.empty());
    }

    @Override
    public void run() throws PayloadException, Belt.StoppedException {
        for (var next = checkpoints.take(); next.isPresent(); next = checkpoints.take()) {
            Checkpoint checkpoint = next.get();
            for (PartitionContent content : checkpoint.changed()) {
                force(content);
            }
            try {
                journal.record(checkpoint.point());
            } catch (IOException e) {
                throw new PayloadException(
                        PayloadError.DOWNLOAD_WRITE,
                        "keeping the journal of the apply failed: " + e.getMessage(),
                        e);
            }
        }
    }

    private static void force(PartitionContent content) throws PayloadException {
        try {
            content.target().force();
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_WRITE,
                    "flushing " + content.name() + " failed: " + e.getMessage(),
                    e);
        }
    }

    private record Checkpoint(ApplyPoint point, List<PartitionContent> changed) {}
}
