package io.keelson.image.deb;

import io.keelson.image.progress.Progress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Unpacked packages in a directory that builds share: decompressing the kernel's package costs more
 * than all the rest of a build. One file per package, named by the digest of its .deb.
 */
public final class DebStore {
    private static final int PARALLEL = 2;

    private final Path dir;

    /** Uses {@code dir}, made when it is missing. */
    public DebStore(Path dir) {
        this.dir = dir;
    }

    /** A .deb whose digest has been checked. */
    public record Source(Path file, String sha256, String name) {}

    /**
     * Unpacks all, two at a time and the largest first; the answer has the order of the question.
     */
    public List<UnpackedDeb> openAll(List<Source> sources, Progress progress)
            throws IOException, InterruptedException {
        AtomicInteger done = new AtomicInteger();
        UnpackedDeb[] opened = new UnpackedDeb[sources.size()];
        List<Integer> order = new ArrayList<>();
        long[] sizes = new long[sources.size()];
        for (int i = 0; i < sizes.length; i++) {
            order.add(i);
            sizes[i] = Files.size(sources.get(i).file());
        }
        order.sort(Comparator.comparingLong((Integer i) -> sizes[i]).reversed());
        try (var executor = Executors.newFixedThreadPool(PARALLEL)) {
            List<Future<?>> results = new ArrayList<>();
            for (int i : order) {
                results.add(
                        executor.submit(() -> {
                            opened[i] = open(sources.get(i));
                            progress.percent("unpack", done.incrementAndGet(), sources.size());
                            return null;
                        }));
            }
            await(results);
        }
        return Arrays.asList(opened);
    }

    private static void await(List<Future<?>> results) throws IOException, InterruptedException {
        try {
            for (Future<?> result : results) {
                result.get();
            }
        } catch (ExecutionException e) {
            results.forEach(result -> result.cancel(true));
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new DebException("unpacking failed", e);
        }
    }

    /** One package, unpacked now unless an earlier build did it. */
    public UnpackedDeb open(Source source) throws IOException {
        Path pack = dir.resolve(source.sha256() + "." + PackFile.FORMAT);
        if (!Files.exists(pack)) {
            Files.createDirectories(dir);
            Path part = Files.createTempFile(dir, "part-", "");
            try {
                unpack(source, part);
                Files.move(part, pack, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        }
        try {
            return PackFile.read(pack);
        } catch (IOException e) {
            throw new DebException(
                    "the unpacked copy of %s is damaged; delete %s".formatted(source.name(), pack),
                    e);
        }
    }

    private static void unpack(Source source, Path part) throws IOException {
        try (PackFile.Writer writer = new PackFile.Writer(part)) {
            DebFile.read(source.file(), new Unpacking(writer));
            writer.finish();
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            // The last is how a library says that it is not installed.
            throw new DebException(
                    "package %s cannot be unpacked: %s".formatted(source.name(), e.getMessage()),
                    e);
        }
    }
}
