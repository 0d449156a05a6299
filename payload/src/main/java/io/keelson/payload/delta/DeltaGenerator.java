package io.keelson.payload.delta;

import io.keelson.payload.PayloadSummary;
import io.keelson.payload.generate.PayloadFile;
import io.keelson.payload.generate.WriteProgress;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.repack.PackedFrame;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes the payload that leads from one release to the next. The same images, level and RSA key
 * give the same bytes on every machine.
 */
public final class DeltaGenerator {
    /** More of them would need more memory than two take. */
    private static final int WORKERS_MAX = 2;

    /** What hosts must know: hashes of sources, 64-bit offsets, the tree computed by the host. */
    private static final int MINOR_VERSION = 6;

    private final DeltaSpec spec;
    private final PayloadFile file;
    private final int workers;

    private DeltaGenerator(DeltaSpec spec, PayloadFile file, int workers) {
        this.spec = spec;
        this.file = file;
        this.workers = workers;
    }

    /** Writes a delta with one signature of each key; progress is in bytes of the new release. */
    public static PayloadSummary write(
            DeltaSpec spec, List<PrivateKey> keys, Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        return writeWith(Math.min(WORKERS_MAX, cores), spec, keys, out, progress);
    }

    static PayloadSummary writeWith(
            int workers, DeltaSpec spec, List<PrivateKey> keys, Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        return new DeltaGenerator(spec, new PayloadFile(keys), workers).write(out, progress);
    }

    /** What a host must have announced to get such a delta. */
    public static Set<Capability> capabilities(DeltaSpec spec) {
        Set<Capability> capabilities = EnumSet.copyOf(Capability.HOST);
        if (spec.repack()) {
            capabilities.add(Capability.REPACK_ZSTD_1_5_7);
        }
        return capabilities;
    }

    private PayloadSummary write(Path out, WriteProgress progress)
            throws IOException, InterruptedException {
        Path blobs = out.resolveSibling("." + out.getFileName() + ".data");
        try {
            PayloadManifest manifest = encode(blobs, progress);
            return file.write(manifest, capabilities(spec), blobs, out);
        } finally {
            Files.deleteIfExists(blobs);
        }
    }

    private PayloadManifest encode(Path blobs, WriteProgress progress)
            throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try (OutputStream data = new BufferedOutputStream(Files.newOutputStream(blobs));
                ImageFile oldUsr = ImageFile.open(spec.oldUsr());
                ImageFile usr = ImageFile.open(spec.next().usrImage());
                ImageFile oldUki = ImageFile.open(spec.oldUki());
                ImageFile uki = ImageFile.open(spec.next().uki())) {
            var writer = new StepWriter(pool, workers, data, progress, usr.blocks() + uki.blocks());
            // First, because it takes longest and runs beside all the others.
            Optional<Future<Optional<Step>>> inside = inside(pool, oldUki, uki);
            List<InstallOperation> usrSteps =
                    writer.write(
                            UsrPlan.of(oldUsr, usr),
                            new RangeEncoder(oldUsr, usr, spec.next().level()));
            Optional<Step> repacked =
                    inside.isPresent() ? StepWriter.result(inside.get()) : Optional.empty();
            List<InstallOperation> ukiSteps =
                    repacked.isPresent()
                            ? List.of(writer.write(repacked.get(), uki.blocks()))
                            : writer.write(
                                    UkiPlan.of(oldUki, uki),
                                    new RangeEncoder(oldUki, uki, spec.next().level()));
            return new PayloadManifest(
                    ManifestRules.BLOCK_SIZE,
                    Optional.of(file.signatures(writer.dataOffset())),
                    MINOR_VERSION,
                    false,
                    List.of(
                            partition(ManifestRules.USR, oldUsr, usr, usrSteps),
                            partition(ManifestRules.UKI, oldUki, uki, ukiSteps)));
        } finally {
            pool.shutdownNow();
        }
    }

    private Optional<Future<Optional<Step>>> inside(
            ExecutorService pool, ImageFile oldUki, ImageFile uki) throws IOException {
        if (!spec.repack()) {
            return Optional.empty();
        }
        return RepackPlan.of(oldUki, uki)
                .map(plan -> pool.submit(() -> repacked(plan, oldUki, uki)));
    }

    /** One after the other: compressing and sorting suffixes both take most of the memory. */
    private static Optional<Step> repacked(RepackPlan plan, ImageFile oldUki, ImageFile uki)
            throws IOException {
        Optional<List<PackedFrame>> frames = plan.newFrames();
        if (frames.isEmpty()) {
            return Optional.empty();
        }
        List<Extent> source = List.of(new Extent(0, oldUki.blocks()));
        return Optional.of(
                new Step(
                        OperationType.REPACK,
                        new Extent(0, uki.blocks()),
                        new InstallOperation.Source(source, Optional.of(oldUki.sha256(source))),
                        plan.inside().toByteArray(frames.get())));
    }

    private PartitionUpdate partition(
            String name, ImageFile old, ImageFile next, List<InstallOperation> steps)
            throws IOException {
        boolean isUsr = name.equals(ManifestRules.USR);
        return new PartitionUpdate(
                name,
                Optional.of(
                        new PartitionUpdate.Content(old.sizeBytes(), Optional.of(old.sha256()))),
                new PartitionUpdate.Content(next.sizeBytes(), Optional.of(next.sha256())),
                spec.next().version().text(),
                isUsr
                        ? Optional.of(
                                new PartitionUpdate.Verity(
                                        "sha256",
                                        spec.next().saltHex(),
                                        Optional.of(spec.next().rootHash())))
                        : Optional.empty(),
                steps);
    }
}
