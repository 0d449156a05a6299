package io.keelson.payload;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.PayloadSignature;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.wire.WireException;

import java.security.MessageDigest;
import java.util.List;

/**
 * A payload whose metadata signature holds; its data still has to come through the stream.
 *
 * <p>The data can be consumed once. One operation's data is in memory at a time.
 */
public final class VerifiedPayload {
    private final Metadata metadata;
    private final PayloadInput input;
    private final TrustedKeys keys;
    private final MessageDigest payloadDigest;
    private final byte[] data = new byte[ManifestRules.OPERATION_BYTES_MAX];
    private boolean consumed;

    /**
     * @param payloadDigest already holds header and manifest, the first part of what the payload
     *     signature covers (the metadata signature is left out)
     */
    VerifiedPayload(
            Metadata metadata, PayloadInput input, TrustedKeys keys, MessageDigest payloadDigest) {
        this.metadata = metadata;
        this.input = input;
        this.keys = keys;
        this.payloadDigest = payloadDigest;
    }

    public PayloadManifest manifest() {
        return metadata.manifest();
    }

    /** The release both partitions belong to; signed. */
    public ReleaseVersion releaseVersion() {
        return metadata.version();
    }

    public PartitionUpdate partition(String name) {
        return metadata.manifest()
                .partition(name)
                .orElseThrow(() -> new IllegalArgumentException("no partition " + name));
    }

    /** Size of the whole payload file, as its signed metadata implies it. */
    public long totalBytes() {
        PayloadManifest.SignaturesLocation signatures = metadata.signatures();
        return metadata.header().dataOffset() + signatures.offset() + signatures.sizeBytes();
    }

    /**
     * Executes every operation as its data arrives, then verifies content hashes, root hash and
     * payload signature. After an exception the targets hold an unknown mixture.
     *
     * @return only after both targets are forced
     */
    public AppliedPayload apply(PayloadTargets targets, ApplyProgress progress)
            throws PayloadException {
        try (ContentWriter writer = new ContentWriter(metadata.manifest(), targets)) {
            List<String> signers = consume(writer, progress);
            return writer.finish(metadata.version(), signers);
        }
    }

    /**
     * Reads to the end, checking every operation's data and the payload signature, without
     * decompressing anything.
     *
     * @return fingerprints of the keys whose payload signatures hold
     */
    public List<String> checkData(ApplyProgress progress) throws PayloadException {
        return consume((partition, operation, bytes) -> {}, progress);
    }

    private List<String> consume(OperationSink sink, ApplyProgress progress)
            throws PayloadException {
        if (consumed) {
            throw new IllegalStateException("the payload's data was already consumed");
        }
        consumed = true;
        for (PartitionUpdate partition : metadata.manifest().partitions()) {
            for (int i = 0; i < partition.operations().size(); i++) {
                InstallOperation operation = partition.operations().get(i);
                receive(partition.name() + " operation " + i, operation);
                sink.execute(partition, operation, data);
                progress.advanced(input.position(), totalBytes());
            }
        }
        List<String> signers = verifySignatures();
        progress.advanced(input.position(), totalBytes());
        return signers;
    }

    private void receive(String where, InstallOperation operation) throws PayloadException {
        if (!operation.type().hasData()) {
            return;
        }
        int length = (int) operation.dataLength();
        input.read("the data of " + where, data, length);
        payloadDigest.update(data, 0, length);
        MessageDigest digest = Sha256.digest();
        digest.update(data, 0, length);
        if (!operation.dataSha256().orElseThrow().matches(digest)) {
            throw new PayloadException(
                    PayloadError.OPERATION_HASH_MISMATCH,
                    "the data of " + where + " does not have the hash the manifest states");
        }
    }

    private List<String> verifySignatures() throws PayloadException {
        byte[] message = input.read("the payload signature", metadata.signatures().sizeBytes());
        input.requireEnd();
        List<String> signers;
        try {
            signers = keys.signers(payloadDigest.digest(), PayloadSignature.parse(message));
        } catch (WireException e) {
            throw new PayloadException(
                    PayloadError.PAYLOAD_PUBLIC_KEY_VERIFICATION,
                    "the payload signature cannot be read: " + e.getMessage(),
                    e);
        }
        if (signers.size() < keys.threshold()) {
            throw new PayloadException(
                    PayloadError.PAYLOAD_PUBLIC_KEY_VERIFICATION,
                    "the payload is signed by "
                            + signers.size()
                            + " of the trusted keys, "
                            + keys.threshold()
                            + " must have signed it");
        }
        return signers;
    }

    /** What stands before the data. */
    record Metadata(PayloadHeader header, PayloadManifest manifest, ReleaseVersion version) {
        PayloadManifest.SignaturesLocation signatures() {
            return manifest.signatures().orElseThrow();
        }
    }

    /** Executes one operation whose data has the right hash. */
    @FunctionalInterface
    interface OperationSink {
        /** The data is at the start of the array, {@code operation.dataLength()} bytes of it. */
        void execute(PartitionUpdate partition, InstallOperation operation, byte[] data)
                throws PayloadException;
    }
}
