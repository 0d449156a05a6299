package io.keelson.payload.apply;

import io.keelson.payload.manifest.Sha256;

import java.util.List;

/**
 * How far an apply has got, in operations whose result is durable.
 *
 * @param payload {@link io.keelson.payload.VerifiedPayload#identity identity} of the payload
 * @param partitions one for each of the manifest's partitions, in its order
 */
public record ApplyPoint(Sha256 payload, List<Progress> partitions) {
    public ApplyPoint {
        partitions = List.copyOf(partitions);
    }

    /**
     * One partition.
     *
     * @param operations how many of its operations are done, from the first
     * @param content hash of what they wrote
     */
    public record Progress(int operations, Sha256 content) {
        public Progress {
            if (operations < 0) {
                throw new IllegalArgumentException(operations + " operations done");
            }
        }
    }
}
