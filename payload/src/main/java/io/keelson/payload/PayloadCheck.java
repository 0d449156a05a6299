package io.keelson.payload;

import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.ManifestException;
import io.keelson.payload.manifest.ManifestParser;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.List;

/** Judges a payload file as a host would, without writing anything. */
public final class PayloadCheck {
    private PayloadCheck() {}

    /** What a host would say to the payload. */
    public sealed interface Verdict {
        /** Every signature and hash holds. */
        record Trusted(PayloadSummary summary) implements Verdict {}

        /**
         * It must not be served or applied.
         *
         * @param errorCode update_engine's number
         */
        record Refused(int errorCode, String reason) implements Verdict {}
    }

    /** Checks both signatures and every operation's data; decompresses nothing. */
    public static Verdict verify(Path file, TrustedKeys keys) throws IOException {
        return judge(file, keys, payload -> payload.checkData(ApplyProgress.NONE));
    }

    /** Summarises a payload, trusted or not; the summary names no signer. */
    public static PayloadSummary inspect(Path file) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            PayloadInput input = new PayloadInput(in);
            PayloadHeader header =
                    PayloadHeader.parse(input.read("the header", PayloadHeader.BYTES));
            PayloadManifest manifest =
                    ManifestParser.parse(input.read("the manifest", header.manifestBytes()));
            in.transferTo(OutputStream.nullOutputStream());
            return PayloadSummary.of(manifest, fileDigest(file, digest), List.of());
        } catch (ManifestException e) {
            throw new PayloadException(e);
        }
    }

    /** Judges by what {@code judgement} makes of the payload, once its metadata is trusted. */
    public static Verdict judge(Path file, TrustedKeys keys, Judgement judgement)
            throws IOException {
        MessageDigest digest = Sha256.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            VerifiedPayload payload = PayloadReader.open(in, keys, EnumSet.allOf(Capability.class));
            List<String> signers = judgement.signers(payload);
            return new Verdict.Trusted(
                    PayloadSummary.of(payload.manifest(), fileDigest(file, digest), signers));
        } catch (PayloadException e) {
            return new Verdict.Refused(e.errorCode(), e.getMessage());
        }
    }

    private static PayloadSummary.FileDigest fileDigest(Path file, MessageDigest digest)
            throws IOException {
        return new PayloadSummary.FileDigest(Files.size(file), Sha256.of(digest.digest()));
    }

    /** Looks at a payload's data. */
    @FunctionalInterface
    public interface Judgement {
        /** Fingerprints of the keys that signed it. */
        List<String> signers(VerifiedPayload payload) throws IOException;
    }
}
