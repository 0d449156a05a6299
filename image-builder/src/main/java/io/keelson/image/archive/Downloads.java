package io.keelson.image.archive;

import io.keelson.image.progress.Progress;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Files of the archive in a directory, named by their digest and shared by all builds.
 *
 * <p>A file is there whole or not at all: it is written beside its place, checked, and moved.
 */
public final class Downloads {
    private static final int PARALLEL = 4;
    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final int PARTIAL_CONTENT = 206;

    /** A bucket that serves as a mirror says "forbidden" of what it does not have. */
    private static final Set<Integer> MISSING = Set.of(403, 404, 410);

    private static final int BUFFER_BYTES = 64 * 1024;

    private final OkHttpClient http;
    private final Path dir;
    private final boolean offline;

    /**
     * @param dir made when it is missing
     * @param offline true to use only what is there
     */
    public Downloads(Path dir, boolean offline) {
        this.http =
                new OkHttpClient.Builder()
                        .callTimeout(CALL_TIMEOUT)
                        .readTimeout(IDLE_TIMEOUT)
                        .connectTimeout(IDLE_TIMEOUT)
                        .build();
        this.dir = dir;
        this.offline = offline;
    }

    boolean offline() {
        return offline;
    }

    Path dir() {
        return dir;
    }

    /** What a mirror says it does not have. */
    public static final class Gone extends IOException {
        private static final long serialVersionUID = 1L;

        private Gone(URI uri, int status) {
            super("%s is not there (HTTP %d)".formatted(uri, status));
        }
    }

    /** The file with a digest, from the directory or else from a URI. */
    public Path get(URI uri, Digest digest) throws IOException, InterruptedException {
        return get(uri, digest, _ -> {});
    }

    private Path get(URI uri, Digest digest, LongConsumer arrived)
            throws IOException, InterruptedException {
        Path place = place(digest);
        if (Files.exists(place) && Files.size(place) == digest.size()) {
            arrived.accept(digest.size());
            return place;
        }
        if (offline) {
            throw new ArchiveException(
                    "%s is not in the cache %s; build once without --offline"
                            .formatted(name(uri), dir));
        }
        Files.createDirectories(Optional.ofNullable(place.getParent()).orElse(dir));
        try (PartialFile part = PartialFile.open(dir, digest)) {
            retrying(uri, () -> fetch(uri, part, arrived));
            part.moveTo(place);
            return place;
        }
    }

    /** All files, four at a time; the answer has the order of the question. */
    public List<Path> getAll(Map<URI, Digest> wanted, Progress progress)
            throws IOException, InterruptedException {
        long total = wanted.values().stream().mapToLong(Digest::size).sum();
        AtomicLong done = new AtomicLong();
        Map<URI, Digest> ordered = new LinkedHashMap<>(wanted);
        List<Callable<Path>> tasks = new ArrayList<>();
        LongConsumer arrived = bytes -> progress.percent("download", done.addAndGet(bytes), total);
        ordered.forEach((uri, digest) -> tasks.add(() -> get(uri, digest, arrived)));
        List<Path> files = new ArrayList<>();
        try (var executor = Executors.newFixedThreadPool(PARALLEL)) {
            List<Future<Path>> results = tasks.stream().map(executor::submit).toList();
            try {
                for (Future<Path> result : results) {
                    files.add(result.get());
                }
            } catch (ExecutionException e) {
                results.forEach(result -> result.cancel(true));
                if (e.getCause() instanceof IOException cause) {
                    throw cause;
                }
                throw new ArchiveException("a download failed", e);
            }
        }
        return files;
    }

    /** A small file whose digest nobody knows yet; the caller checks its signature. */
    byte[] unverified(URI uri, int bytesMax) throws IOException, InterruptedException {
        return retrying(
                uri,
                () -> {
                    try (Response response = http.newCall(request(uri)).execute()) {
                        requireFound(response, uri);
                        byte[] bytes = response.body().byteStream().readNBytes(bytesMax + 1);
                        if (bytes.length > bytesMax) {
                            throw new ArchiveException(
                                    uri + " is larger than " + bytesMax + " bytes");
                        }
                        return bytes;
                    }
                });
    }

    /** Goes on where an earlier attempt was cut. */
    private PartialFile fetch(URI uri, PartialFile part, LongConsumer arrived) throws IOException {
        long from = part.size();
        Request.Builder request = new Request.Builder().url(uri.toString());
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        try (Response response = http.newCall(request.build()).execute()) {
            requireFound(response, uri);
            if (from > 0 && response.code() != PARTIAL_CONTENT) {
                arrived.accept(-from);
                part.clear();
            }
            copy(response.body().byteStream(), part, arrived);
        }
        if (!part.isWhole()) {
            arrived.accept(-part.size());
            part.clear();
            throw new ArchiveException(
                    "%s is not the file that the signed index lists (%d bytes, sha256 %s); try another mirror"
                            .formatted(uri, part.digest().size(), part.digest().sha256()));
        }
        return part;
    }

    private static void copy(InputStream in, PartialFile part, LongConsumer arrived)
            throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        // One byte too many is enough to know that it is another file.
        while (part.size() <= part.digest().size()) {
            int n = in.read(buffer);
            if (n < 0) {
                return;
            }
            part.write(buffer, n);
            arrived.accept(n);
        }
    }

    private static Request request(URI uri) {
        return new Request.Builder().url(uri.toString()).build();
    }

    private static void requireFound(Response response, URI uri) throws IOException {
        if (MISSING.contains(response.code())) {
            throw new Gone(uri, response.code());
        }
        if (!response.isSuccessful()) {
            throw new IOException(uri + " answers HTTP " + response.code());
        }
    }

    /** What the archive says for certain is not asked again; a broken connection is. */
    private static <T> T retrying(URI uri, Callable<T> attempt)
            throws IOException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int n = 1; ; n++) {
            try {
                return attempt.call();
            } catch (ArchiveException | Gone e) {
                throw e;
            } catch (IOException e) {
                if (n == ATTEMPTS) {
                    throw new ArchiveException(
                            ("cannot fetch %s in %d attempts (%s): check the network,"
                                            + " or name another archive with --mirror")
                                    .formatted(uri, ATTEMPTS, e.getMessage()),
                            e);
                }
            } catch (Exception e) {
                throw new ArchiveException("cannot fetch " + uri, e);
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private Path place(Digest digest) {
        return dir.resolve("sha256")
                .resolve(digest.sha256().substring(0, 2))
                .resolve(digest.sha256());
    }

    private static String name(URI uri) {
        String path = uri.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
