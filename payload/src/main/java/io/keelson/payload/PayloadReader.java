package io.keelson.payload;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.ManifestException;
import io.keelson.payload.manifest.ManifestParser;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.PayloadSignature;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.wire.WireException;

import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;

/** Opens a payload; nothing of its manifest is looked at before its signature is known to hold. */
public final class PayloadReader {
    private PayloadReader() {}

    /**
     * Reads and verifies the metadata; the stream then stands at the first operation's data.
     *
     * @param in the payload from its first byte; the caller keeps owning it
     */
    public static VerifiedPayload open(InputStream in, TrustedKeys keys) throws PayloadException {
        return open(in, keys, Capability.HOST);
    }

    /**
     * Reads and verifies the metadata; the stream then stands at the first operation's data.
     *
     * @param in the payload from its first byte; the caller keeps owning it
     * @param capabilities which of the operations that not everyone knows are accepted
     */
    public static VerifiedPayload open(
            InputStream in, TrustedKeys keys, Set<Capability> capabilities)
            throws PayloadException {
        PayloadInput input = new PayloadInput(in);
        byte[] headerBytes = input.read("the header", PayloadHeader.BYTES);
        PayloadHeader header = header(headerBytes);
        if (header.metadataSignatureBytes() == 0) {
            throw new PayloadException(
                    PayloadError.METADATA_SIGNATURE_MISSING,
                    "the payload's metadata is not signed");
        }
        byte[] manifestBytes = input.read("the manifest", header.manifestBytes());
        byte[] signatures = input.read("the metadata signature", header.metadataSignatureBytes());
        byte[] identity = Sha256.digest(headerBytes, manifestBytes);
        List<String> signers = verifyMetadata(identity, signatures, keys);
        MessageDigest digest = Sha256.digest();
        digest.update(headerBytes);
        digest.update(manifestBytes);
        try {
            PayloadManifest manifest = ManifestParser.parse(manifestBytes);
            ReleaseVersion version = ManifestRules.check(manifest, capabilities);
            return new VerifiedPayload(
                    new VerifiedPayload.Metadata(
                            header, manifest, version, Sha256.of(identity), signers),
                    input,
                    keys,
                    digest);
        } catch (ManifestException e) {
            throw new PayloadException(e);
        }
    }

    private static PayloadHeader header(byte[] bytes) throws PayloadException {
        try {
            return PayloadHeader.parse(bytes);
        } catch (ManifestException e) {
            throw new PayloadException(e);
        }
    }

    private static List<String> verifyMetadata(byte[] sha256, byte[] message, TrustedKeys keys)
            throws PayloadException {
        List<PayloadSignature> signatures;
        try {
            signatures = PayloadSignature.parse(message);
        } catch (WireException e) {
            throw new PayloadException(
                    PayloadError.METADATA_SIGNATURE_ERROR,
                    "the metadata signature cannot be read: " + e.getMessage(),
                    e);
        }
        List<String> signers = keys.signers(sha256, signatures);
        if (signers.size() < keys.threshold()) {
            throw new PayloadException(
                    PayloadError.METADATA_SIGNATURE_MISMATCH,
                    "the payload's metadata is signed by "
                            + signers.size()
                            + " of the trusted keys, "
                            + keys.threshold()
                            + " must have signed it");
        }
        return signers;
    }
}
