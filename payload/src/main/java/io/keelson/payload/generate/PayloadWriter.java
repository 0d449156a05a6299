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
    private final PieceEncoder encoder;
    private final int workers;

    private PayloadWriter(PayloadSpec spec, PayloadFile file, PieceEncoder encoder, int workers) {
        this.spec = spec;
        this.file = file;
        this.encoder = encoder;
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
        return writer(spec, keys, new ZstdPieces(spec.level()), cores()).write(out, true, progress);
    }

    /**
     * Writes a payload for readers that are not Keelson's: AOSP's, in operations of its proto.
     *
     * @param keys RSA-2048
     */
    public static PayloadSummary writeAosp(
            PayloadSpec spec, List<PrivateKey> keys, Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        ExportKeys.requireRsa2048(keys);
        return writer(spec, keys, ClassicPieces.XZ_OR_RAW, cores()).write(out, false, progress);
    }

    /**
     * Writes a payload of major version 1, as Flatcar's update_engine reads it.
     *
     * @param key RSA-2048
     */
    public static void writeVersionOne(
            PayloadSpec spec, PrivateKey key, Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        ExportKeys.requireRsa2048(List.of(key));
        PayloadWriter writer = writer(spec, List.of(key), ClassicPieces.BZIP2_OR_RAW, cores());
        Path blobs = blobs(out);
        try {
            Partitions partitions = writer.compress(blobs, progress);
            new VersionOneFile(key).write(partitions.usr(), partitions.uki(), blobs, out);
        } finally {
            Files.deleteIfExists(blobs);
        }
    }

    /** The chunk index that belongs to a payload. */
    public static Path index(Path payload) {
        return payload.resolveSibling(payload.getFileName() + ChunkIndex.SUFFIX);
    }

    static PayloadSummary writeWith(int workers, PayloadSpec spec, PrivateKey key, Path out)
            throws IOException, InterruptedException {
        return writer(spec, List.of(key), new ZstdPieces(spec.level()), workers)
                .write(out, true, WriteProgress.NONE);
    }

    private static PayloadWriter writer(
            PayloadSpec spec, List<PrivateKey> keys, PieceEncoder encoder, int workers) {
        return new PayloadWriter(spec, new PayloadFile(keys), encoder, workers);
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static Path blobs(Path out) {
        return out.resolveSibling("." + out.getFileName() + ".data");
    }

    private PayloadSummary write(Path out, boolean indexed, WriteProgress progress)
            throws IOException, InterruptedException {
        Path blobs = blobs(out);
        try {
            Partitions partitions = compress(blobs, progress);
            PayloadManifest manifest =
                    manifest(partitions.usr(), partitions.uki(), Files.size(blobs));
            return file.write(
                    indexed ? indexed(manifest, partitions, out) : manifest,
                    Capability.HOST,
                    blobs,
                    out);
        } finally {
            Files.deleteIfExists(blobs);
        }
    }

    private static PayloadManifest indexed(
            PayloadManifest manifest, Partitions partitions, Path out) throws IOException {
        byte[] index =
                ChunkIndex.format(
                        manifest,
                        List.of(
                                partitions.usr().leaves().bytes(),
                                partitions.uki().leaves().bytes()));
        DurableFile.replace(index(out), index);
        return manifest.withChunkIndex(Sha256.of(Sha256.digest(index)));
    }

    private Partitions compress(Path blobs, WriteProgress progress)
            throws IOException, InterruptedException {
        long total = Files.size(spec.usrImage()) + Files.size(spec.uki());
        long[] done = {0};
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try (OutputStream data = new BufferedOutputStream(Files.newOutputStream(blobs))) {
            PartitionCompressor compressor =
                    new PartitionCompressor(
                            pool,
                            workers * PIECES_PER_WORKER,
                            encoder,
                            HexFormat.of().parseHex(spec.saltHex()),
                            data);
            PartitionCompressor.PieceListener listener =
                    bytes -> {
                        done[0] += bytes;
                        progress.advanced(done[0], total);
                    };
            Compressed usr = compressor.compress(spec.usrImage(), listener);
            return new Partitions(usr, compressor.compress(spec.uki(), listener));
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

    private record Partitions(Compressed usr, Compressed uki) {}
}
