package io.keelson.payload;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * A payload whose metadata signature holds; its data still has to come through the stream.
 *
 * <p>The data can be consumed once, by {@link #checkData} or by a {@code PayloadApplier}.
 */
public final class VerifiedPayload {
    private final Metadata metadata;
    private final PayloadInput input;
    private final TrustedKeys keys;
    private final Optional<MessageDigest> payloadDigest;
    private boolean consumed;

    /**
     * @param payloadDigest already holds header and manifest, the first part of what the payload
     *     signature covers (the metadata signature is left out)
     */
    VerifiedPayload(
            Metadata metadata, PayloadInput input, TrustedKeys keys, MessageDigest payloadDigest) {
        this(metadata, input, keys, Optional.of(payloadDigest));
    }

    private VerifiedPayload(
            Metadata metadata,
            PayloadInput input,
            TrustedKeys keys,
            Optional<MessageDigest> payloadDigest) {
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
        PayloadManifest.SignaturesLocation signatures = signatures();
        return dataOffset() + signatures.offset() + signatures.sizeBytes();
    }

    /** Offset in the payload file of the first operation's data. */
    public long dataOffset() {
        return metadata.header().dataOffset();
    }

    /** What tells this payload from every other: the SHA-256 of its header and manifest. */
    public Sha256 identity() {
        return metadata.identity();
    }

    /** Fingerprints of the keys whose metadata signatures hold. */
    public List<String> metadataSigners() {
        return metadata.signers();
    }

    /**
     * The same payload with some operations replaced by such that read the running release.
     *
     * @param planned names the operations and says where their data are in {@code in}
     * @param in stands at the first data byte; only what the planned operations take is in it, then
     *     the payload's signatures
     */
    public VerifiedPayload reusing(PayloadManifest planned, InputStream in) {
        Metadata reused =
                new Metadata(
                        metadata.header(),
                        planned,
                        metadata.version(),
                        metadata.identity(),
                        metadata.signers());
        return new VerifiedPayload(
                reused, new PayloadInput(in, dataOffset()), keys, Optional.empty());
    }

    /** The data that follows the metadata on the stream it was opened from; can be taken once. */
    public PayloadData data() {
        if (consumed) {
            throw new IllegalStateException("the payload's data was already consumed");
        }
        consumed = true;
        return new PayloadData(this, keys, input, payloadDigest);
    }

    /**
     * The data from some byte of the file on, for the rest of an apply that was cut.
     *
     * @param in the payload file from {@code fileOffset}; the caller keeps owning it
     */
    public PayloadData dataFrom(InputStream in, long fileOffset) {
        return PayloadData.from(this, keys, in, fileOffset);
    }

    /**
     * Reads to the end, checking every operation's data and the payload signature, without
     * decompressing anything.
     *
     * @return fingerprints of the keys whose payload signatures hold
     */
    public List<String> checkData(ApplyProgress progress) throws PayloadException {
        PayloadData data = data();
        ByteBuffer buffer = ByteBuffer.allocate(longestData());
        for (PartitionUpdate partition : metadata.manifest().partitions()) {
            for (int i = 0; i < partition.operations().size(); i++) {
                InstallOperation operation = partition.operations().get(i);
                data.receive(partition.name() + " operation " + i, operation, buffer.clear());
                progress.advanced(data.position(), totalBytes());
            }
        }
        List<String> signers = data.end();
        progress.advanced(data.position(), totalBytes());
        return signers;
    }

    /** Bytes of the longest operation's data. */
    public int longestData() {
        return (int)
                metadata.manifest().partitions().stream()
                        .flatMap(partition -> partition.operations().stream())
                        .mapToLong(InstallOperation::dataLength)
                        .max()
                        .orElse(0);
    }

    /** Where the payload's signatures are, from the first data byte. */
    public PayloadManifest.SignaturesLocation signatures() {
        return metadata.manifest().signatures().orElseThrow();
    }

    /**
     * What stands before the data.
     *
     * @param identity hash of header and manifest
     * @param signers fingerprints of the keys that signed it
     */
    record Metadata(
            PayloadHeader header,
            PayloadManifest manifest,
            ReleaseVersion version,
            Sha256 identity,
            List<String> signers) {}
}
