package io.keelson.payload.generate;

import io.keelson.host.DurableFile;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.generate.PartitionCompressor.Compressed;
import io.keelson.payload.manifest.ManifestException;
import io.keelson.payload.manifest.ManifestFormatter;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.BufferedOutputStream;
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
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Writes a full payload. The same content, level and RSA key give the same bytes on every machine;
 * ECDSA signatures are random by nature.
 */
public final class PayloadWriter {
    private static final int COPY_BYTES = 1 << 20;
    private static final int CHUNKS_PER_WORKER = 2;

    private final PayloadSpec spec;
    private final SigningKeys keys;
    private final int workers;

    private PayloadWriter(PayloadSpec spec, SigningKeys keys, int workers) {
        this.spec = spec;
        this.keys = keys;
        this.workers = workers;
    }

    /** Writes a payload with one signature, on all cores. */
    public static PayloadSummary write(
            PayloadSpec spec, PrivateKey key, Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        return write(spec, List.of(key), out, progress);
    }

    /** Writes a payload with one signature of each key, on all cores. */
    public static PayloadSummary write(
            PayloadSpec spec, List<PrivateKey> keys, Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        return new PayloadWriter(spec, new SigningKeys(keys), cores).write(out, progress);
    }

    static PayloadSummary writeWith(int workers, PayloadSpec spec, PrivateKey key, Path out)
            throws IOException, InterruptedException {
        return new PayloadWriter(spec, new SigningKeys(List.of(key)), workers)
                .write(out, WriteProgress.NONE);
    }

    private PayloadSummary write(Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        Path blobs = out.resolveSibling("." + out.getFileName() + ".data");
        Path part = out.resolveSibling("." + out.getFileName() + ".part");
        try {
            PayloadManifest manifest = compress(blobs, progress);
            ManifestRules.check(manifest);
            PayloadSummary.FileDigest file = assemble(manifest, blobs, part);
            DurableFile.rename(part, out);
            return PayloadSummary.of(manifest, file, List.of());
        } catch (ManifestException e) {
            throw new IOException(
                    "the payload for "
                            + spec.version().text()
                            + " would be refused by every host: "
                            + e.getMessage(),
                    e);
        } finally {
            Files.deleteIfExists(blobs);
            Files.deleteIfExists(part);
        }
    }

    private PayloadManifest compress(Path blobs, WriteProgress progress)
            throws IOException, InterruptedException {
        long total = Files.size(spec.usrImage()) + Files.size(spec.uki());
        long[] done = {0};
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try (OutputStream data = new BufferedOutputStream(Files.newOutputStream(blobs))) {
            PartitionCompressor compressor =
                    new PartitionCompressor(pool, workers * CHUNKS_PER_WORKER, spec.level(), data);
            PartitionCompressor.ChunkListener listener =
                    bytes -> {
                        done[0] += bytes;
                        progress.advanced(done[0], total);
                    };
            Compressed usr = compressor.compress(spec.usrImage(), listener);
            Compressed uki = compressor.compress(spec.uki(), listener);
            return manifest(usr, uki, compressor.dataOffset());
        } finally {
            pool.shutdownNow();
        }
    }

    private PayloadManifest manifest(Compressed usr, Compressed uki, long dataBytes) {
        PartitionUpdate.Verity verity =
                new PartitionUpdate.Verity("sha256", spec.saltHex(), Optional.of(spec.rootHash()));
        return new PayloadManifest(
                ManifestRules.BLOCK_SIZE,
                Optional.of(new PayloadManifest.SignaturesLocation(dataBytes, keys.messageBytes())),
                0,
                false,
                List.of(
                        partition(ManifestRules.USR, usr, Optional.of(verity)),
                        partition(ManifestRules.UKI, uki, Optional.empty())));
    }

    private PartitionUpdate partition(
            String name, Compressed content, Optional<PartitionUpdate.Verity> verity) {
        return new PartitionUpdate(
                name,
                content.sizeBytes(),
                Optional.of(content.sha256()),
                spec.version().text(),
                verity,
                content.operations());
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
