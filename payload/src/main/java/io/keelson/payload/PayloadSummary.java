package io.keelson.payload;

import io.keelson.disk.gpt.RootHash;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a payload contains, for people and for release metadata.
 *
 * @param version text of the release, possibly of a payload nobody vouches for
 * @param file the whole payload file
 * @param rootHash of the usr partition, absent in payloads of other systems
 * @param capabilities what a host must have announced to be given it
 * @param signers fingerprints of the trusted keys that signed it, empty when that was not checked
 */
public record PayloadSummary(
        String version,
        FileDigest file,
        List<Partition> partitions,
        Optional<RootHash> rootHash,
        Set<Capability> capabilities,
        List<String> signers) {
    public PayloadSummary {
        capabilities = Set.copyOf(capabilities);
        partitions = List.copyOf(partitions);
        signers = List.copyOf(signers);
    }

    public static PayloadSummary of(
            PayloadManifest manifest, FileDigest file, List<String> signers) {
        List<PartitionUpdate> updates = manifest.partitions();
        return new PayloadSummary(
                updates.stream().map(PartitionUpdate::version).findFirst().orElse(""),
                file,
                updates.stream().map(Partition::of).toList(),
                updates.stream()
                        .flatMap(update -> update.verity().stream())
                        .flatMap(verity -> verity.rootHash().stream())
                        .findFirst(),
                manifest.capabilities(),
                signers);
    }

    /** Size and hash of a file. */
    public record FileDigest(long sizeBytes, Sha256 sha256) {}

    /**
     * One partition.
     *
     * @param dataBytes what its operations take of the payload
     * @param operations what each type of operation has its part in
     */
    public record Partition(
            String name,
            long sizeBytes,
            Optional<Sha256> sha256,
            long dataBytes,
            Map<OperationType, Share> operations) {
        public Partition {
            operations = Map.copyOf(operations);
        }

        static Partition of(PartitionUpdate update) {
            Map<OperationType, Share> shares = new EnumMap<>(OperationType.class);
            update.operations()
                    .forEach(operation ->
                            shares.merge(operation.type(), Share.of(operation), Share::plus));
            return new Partition(
                    update.name(),
                    update.sizeBytes(),
                    update.sha256(),
                    update.operations().stream().mapToLong(InstallOperation::dataLength).sum(),
                    shares);
        }
    }

    /**
     * The part that some operations have in a payload.
     *
     * @param count how many they are
     * @param dataBytes what they take of the payload
     * @param writtenBytes what they write
     */
    public record Share(int count, long dataBytes, long writtenBytes) {
        static Share of(InstallOperation operation) {
            return new Share(
                    1, operation.dataLength(), operation.blocks() * ManifestRules.BLOCK_SIZE);
        }

        Share plus(Share other) {
            return new Share(
                    count + other.count,
                    dataBytes + other.dataBytes,
                    writtenBytes + other.writtenBytes);
        }
    }
}
