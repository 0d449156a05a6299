package io.keelson.payload.generate;

import io.keelson.host.DurableFile;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.ManifestException;
import io.keelson.payload.manifest.ManifestFormatter;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.List;
import java.util.Set;

/** Makes one signed file of a manifest and the data of its operations, full payload or delta. */
public final class PayloadFile {
    private static final int COPY_BYTES = 1 << 20;

    private final SigningKeys keys;

    /** Signs with each of the keys. */
    public PayloadFile(List<PrivateKey> keys) {
        this.keys = new SigningKeys(keys);
    }

    /** Where the payload signature will be, for the manifest. */
    public PayloadManifest.SignaturesLocation signatures(long dataBytes) {
        return new PayloadManifest.SignaturesLocation(dataBytes, keys.messageBytes());
    }

    /**
     * Writes the file; it appears under its name once it is complete and durable.
     *
     * @param capabilities what hosts that get it can do; a manifest they would refuse is not
     *     written
     * @param blobs data of all operations in order
     */
    public PayloadSummary write(
            PayloadManifest manifest, Set<Capability> capabilities, Path blobs, Path out)
            throws IOException {
        Path part = out.resolveSibling("." + out.getFileName() + ".part");
        try {
            ManifestRules.check(manifest, capabilities);
            PayloadSummary.FileDigest file = assemble(manifest, blobs, part);
            DurableFile.rename(part, out);
            return PayloadSummary.of(manifest, file, List.of());
        } catch (ManifestException e) {
            throw new IOException(
                    "the payload " + out + " would be refused by every host: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Header, manifest, metadata signature, data, payload signature. */
    private PayloadSummary.FileDigest assemble(PayloadManifest manifest, Path blobs, Path part)
            throws IOException {
        byte[] manifestBytes = ManifestFormatter.format(manifest);
        byte[] header = new PayloadHeader(manifestBytes.length, keys.messageBytes()).toByteArray();
        SigningKeys.InProgress metadata = keys.begin();
        SigningKeys.InProgress whole = keys.begin();
        for (byte[] bytes : List.of(header, manifestBytes)) {
            metadata.update(bytes, bytes.length);
            whole.update(bytes, bytes.length);
        }
        MessageDigest digest = Sha256.digest();
        try (InputStream data = Files.newInputStream(blobs);
                OutputStream file = new DigestOutputStream(Files.newOutputStream(part), digest)) {
            file.write(header);
            file.write(manifestBytes);
            file.write(metadata.message());
            byte[] buffer = new byte[COPY_BYTES];
            int read = data.read(buffer);
            while (read != -1) {
                whole.update(buffer, read);
                file.write(buffer, 0, read);
                read = data.read(buffer);
            }
            file.write(whole.message());
        }
        try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        return new PayloadSummary.FileDigest(Files.size(part), Sha256.of(digest.digest()));
    }
}
