package io.keelson.payload;

import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.PayloadSignature;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.wire.WireException;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** The data of a payload's operations as it comes through the stream, each byte once. */
public final class PayloadData {
    private static final int CHUNK_BYTES = 64 << 10;

    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final VerifiedPayload payload;
    private final TrustedKeys keys;
    private final PayloadInput input;
    private final Optional<MessageDigest> payloadDigest;

    /**
     * @param payloadDigest holds header and manifest, the first part of what the payload signature
     *     covers; empty when the stream does not start at the first data byte
     */
    PayloadData(
            VerifiedPayload payload,
            TrustedKeys keys,
            PayloadInput input,
            Optional<MessageDigest> payloadDigest) {
        this.payload = payload;
        this.keys = keys;
        this.input = input;
        this.payloadDigest = payloadDigest;
    }

    static PayloadData from(
            VerifiedPayload payload, TrustedKeys keys, InputStream in, long fileOffset) {
        return new PayloadData(payload, keys, new PayloadInput(in, fileOffset), Optional.empty());
    }

    /** Offset in the payload file of the next byte. */
    public long position() {
        return input.position();
    }

    /**
     * Receives an operation's data and checks its hash.
     *
     * @param where names the operation in messages
     * @param into gets the data from its position on; its limit is set behind them
     */
    public void receive(String where, InstallOperation operation, ByteBuffer into)
            throws PayloadException {
        int length = (int) operation.dataLength();
        into.limit(into.position() + length);
        if (!operation.type().hasData()) {
            return;
        }
        MessageDigest digest = Sha256.digest();
        for (int done = 0; done < length; ) {
            int count = Math.min(chunk.length, length - done);
            input.read("the data of " + where, chunk, count);
            payloadDigest.ifPresent(all -> all.update(chunk, 0, count));
            digest.update(chunk, 0, count);
            into.put(chunk, 0, count);
            done += count;
        }
        if (!operation.dataSha256().orElseThrow().matches(digest)) {
            throw new PayloadException(
                    PayloadError.OPERATION_HASH_MISMATCH,
                    "the data of " + where + " does not have the hash the manifest states");
        }
    }

    /**
     * Reads to the end of the file and verifies the payload signature. Where the stream began later
     * than the data, the signature cannot be computed: then the metadata's signers count, who
     * signed the hash of every operation's data.
     *
     * @return fingerprints of the keys whose signatures hold
     */
    public List<String> end() throws PayloadException {
        byte[] message = input.read("the payload signature", payload.signatures().sizeBytes());
        input.requireEnd();
        List<PayloadSignature> signatures = parse(message);
        if (payloadDigest.isEmpty()) {
            return payload.metadataSigners();
        }
        List<String> signers = keys.signers(payloadDigest.get().digest(), signatures);
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

    private static List<PayloadSignature> parse(byte[] message) throws PayloadException {
        try {
            return PayloadSignature.parse(message);
        } catch (WireException e) {
            throw new PayloadException(
                    PayloadError.PAYLOAD_PUBLIC_KEY_VERIFICATION,
                    "the payload signature cannot be read: " + e.getMessage(),
                    e);
        }
    }
}
