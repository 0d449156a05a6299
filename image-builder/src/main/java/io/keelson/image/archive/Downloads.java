package io.keelson.image.archive;

import io.keelson.image.progress.Progress;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

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

    /** The file with a digest, from the directory or else from a URI. */
    public Path get(URI uri, Digest digest) throws IOException, InterruptedException {
        Path place = place(digest);
        if (Files.exists(place) && Files.size(place) == digest.size()) {
            return place;
        }
        if (offline) {
            throw new ArchiveException(
                    "%s is not in the cache %s; build once without --offline"
                            .formatted(name(uri), dir));
        }
        return retrying(uri, () -> fetch(uri, digest, place));
    }

    /** All files, four at a time; the answer has the order of the question. */
    public List<Path> getAll(Map<URI, Digest> wanted, Progress progress)
            throws IOException, InterruptedException {
        long total = wanted.values().stream().mapToLong(Digest::size).sum();
        AtomicLong done = new AtomicLong();
        Map<URI, Digest> ordered = new LinkedHashMap<>(wanted);
        List<Callable<Path>> tasks = new ArrayList<>();
        ordered.forEach((uri, digest) ->
                tasks.add(() -> {
                    Path file = get(uri, digest);
                    progress.percent("download", done.addAndGet(digest.size()), total);
                    return file;
                }));
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

    private Path fetch(URI uri, Digest digest, Path place) throws IOException {
        Files.createDirectories(Optional.ofNullable(place.getParent()).orElse(dir));
        Path part = Files.createTempFile(dir, "part-", "");
        try (Response response = http.newCall(request(uri)).execute()) {
            requireFound(response, uri);
            MessageDigest sha256 = Digest.newSha256();
            long size = copy(response.body().byteStream(), part, sha256, digest.size());
            if (size != digest.size() || !Digest.hex(sha256).equals(digest.sha256())) {
                throw new ArchiveException(
                        "%s is not the file that the signed index lists (%d bytes, sha256 %s); try another mirror"
                                .formatted(uri, digest.size(), digest.sha256()));
            }
            Files.move(part, place, StandardCopyOption.REPLACE_EXISTING);
            return place;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static long copy(InputStream in, Path file, MessageDigest sha256, long bytesMax)
            throws IOException {
        long size = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int n = in.read(buffer); n >= 0 && size <= bytesMax; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
                out.write(buffer, 0, n);
                size += n;
            }
        }
        return size;
    }

    private static Request request(URI uri) {
        return new Request.Builder().url(uri.toString()).build();
    }

    private static void requireFound(Response response, URI uri) throws IOException {
        if (response.code() == 404 || response.code() == 403) {
            throw new ArchiveException(
                    "%s is not there (HTTP %d); the mirror may have dropped it: lock again"
                            .formatted(uri, response.code()));
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
            } catch (ArchiveException e) {
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
