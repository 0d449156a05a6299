package io.keelson.payload.generate;

import io.keelson.host.DurableFile;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.generate.PartitionCompressor.Compressed;
import io.keelson.payload.index.ChunkIndex;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Writes a full payload, and its chunk index beside it. The same content, level and RSA key give
 * the same bytes on every machine; ECDSA signatures are random by nature.
 */
public final class PayloadWriter {
    private static final int PIECES_PER_WORKER = 2;

    private final PayloadSpec spec;
    private final PayloadFile file;
    private final int workers;

    private PayloadWriter(PayloadSpec spec, PayloadFile file, int workers) {
        this.spec = spec;
        this.file = file;
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
        return new PayloadWriter(spec, new PayloadFile(keys), cores).write(out, progress);
    }

    /** The chunk index that belongs to a payload. */
    public static Path index(Path payload) {
        return payload.resolveSibling(payload.getFileName() + ChunkIndex.SUFFIX);
    }

    static PayloadSummary writeWith(int workers, PayloadSpec spec, PrivateKey key, Path out)
            throws IOException, InterruptedException {
        return new PayloadWriter(spec, new PayloadFile(List.of(key)), workers)
                .write(out, WriteProgress.NONE);
    }

    private PayloadSummary write(Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        Path blobs = out.resolveSibling("." + out.getFileName() + ".data");
        try {
            PayloadManifest manifest = compress(blobs, index(out), progress);
            return file.write(manifest, Capability.HOST, blobs, out);
        } finally {
            Files.deleteIfExists(blobs);
        }
    }

    private PayloadManifest compress(Path blobs, Path index, WriteProgress progress)
            throws IOException, InterruptedException {
        long total = Files.size(spec.usrImage()) + Files.size(spec.uki());
        long[] done = {0};
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try (OutputStream data = new BufferedOutputStream(Files.newOutputStream(blobs))) {
            PartitionCompressor compressor =
                    new PartitionCompressor(
                            pool,
                            workers * PIECES_PER_WORKER,
                            new ZstdPieces(spec.level()),
                            HexFormat.of().parseHex(spec.saltHex()),
                            data);
            PartitionCompressor.PieceListener listener =
                    bytes -> {
                        done[0] += bytes;
                        progress.advanced(done[0], total);
                    };
            Compressed usr = compressor.compress(spec.usrImage(), listener);
            Compressed uki = compressor.compress(spec.uki(), listener);
            PayloadManifest manifest = manifest(usr, uki, compressor.dataOffset());
            byte[] leaves =
                    ChunkIndex.format(
                            manifest, List.of(usr.leaves().bytes(), uki.leaves().bytes()));
            DurableFile.replace(index, leaves);
            return manifest.withChunkIndex(Sha256.of(Sha256.digest(leaves)));
        } finally {
            pool.shutdownNow();
        }
    }

    private PayloadManifest manifest(Compressed usr, Compressed uki, long dataBytes) {
        PartitionUpdate.Verity verity =
                new PartitionUpdate.Verity("sha256", spec.saltHex(), Optional.of(spec.rootHash()));
        return new PayloadManifest(
                ManifestRules.BLOCK_SIZE,
                Optional.of(file.signatures(dataBytes)),
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
}
