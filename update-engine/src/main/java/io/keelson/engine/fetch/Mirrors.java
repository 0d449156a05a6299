package io.keelson.engine.fetch;

import io.keelson.engine.server.Download;
import io.keelson.engine.server.Downloads;
import io.keelson.engine.server.HttpStatusException;
import io.keelson.engine.server.Part;
import io.keelson.engine.state.OfferedFile;
import io.keelson.omaha.ErrorCode;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One file's mirrors. Each has its own count of failures, and the one with the fewest is asked, the
 * server's order deciding between equals: a good first mirror serves everything, a bad one is not
 * waited for while there is another. One that does not have the file as announced is not asked
 * again.
 */
final class Mirrors {
    private static final int HTTP_REQUEST_TIMEOUT = 408;
    private static final int HTTP_TOO_MANY_REQUESTS = 429;
    private static final int HTTP_TOO_EARLY = 425;

    private final Downloads server;
    private final OfferedFile file;
    private final Patience patience;
    private final long startNanos;
    private final List<Mirror> mirrors = new ArrayList<>();
    private IOException lastFailure;

    private static final class Mirror {
        private final URI address;
        private int failures;
        private boolean isUseless;
        private Optional<String> etag = Optional.empty();

        Mirror(URI address) {
            this.address = address;
        }
    }

    /** An answer and who gave it. */
    final class Reached implements AutoCloseable {
        private final Mirror mirror;
        private final Download download;

        private Reached(Mirror mirror, Download download) {
            this.mirror = mirror;
            this.download = download;
        }

        Download download() {
            return download;
        }

        /** The transfer was cut. */
        void failed(IOException reason) {
            mirror.failures++;
            lastFailure = reason;
        }

        /** The content is not what was announced. */
        void isWrong(IOException reason) {
            mirror.isUseless = true;
            lastFailure = reason;
        }

        @Override
        public void close() throws IOException {
            download.close();
        }
    }

    Mirrors(Downloads server, OfferedFile file, Patience patience) {
        this.server = server;
        this.file = file;
        this.patience = patience;
        this.startNanos = patience.monotonicNanos().getAsLong();
        this.lastFailure = new IOException("no mirror was asked");
        file.sources().forEach(source -> mirrors.add(new Mirror(source)));
    }

    /** Something worth the name came through: earlier failures are forgiven. */
    void progressed() {
        mirrors.forEach(mirror -> mirror.failures = 0);
    }

    /**
     * Bytes from {@code offset} on, up to {@code end} at most, from the next mirror that answers.
     * The answer may begin earlier, at the file's start.
     */
    Reached open(long offset, long end) throws FetchException, IOException {
        while (true) {
            Mirror mirror = next();
            patience.afterFailures(mirror.failures);
            try {
                var download = server.download(mirror.address, new Part(offset, end, mirror.etag));
                var reached = new Reached(mirror, download);
                if (isAsAnnounced(reached, offset)) {
                    mirror.etag = download.etag();
                    return reached;
                }
                reached.close();
            } catch (HttpStatusException e) {
                lastFailure = e;
                mirror.failures++;
                mirror.isUseless = isLasting(e.status());
            } catch (IOException e) {
                lastFailure = e;
                mirror.failures++;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw lastFailure;
            }
        }
    }

    private boolean isAsAnnounced(Reached reached, long offset) {
        Download download = reached.download();
        URI address = reached.mirror.address;
        if (download.fileBytes() >= 0 && download.fileBytes() != file.sizeBytes()) {
            reached.isWrong(
                    new WrongContentException(
                            ErrorCode.PAYLOAD_SIZE_MISMATCH,
                            "%s has %d bytes and was announced with %d"
                                    .formatted(address, download.fileBytes(), file.sizeBytes())));
            return false;
        }
        Optional<String> known = reached.mirror.etag;
        boolean isOther = known.isPresent() && !download.etag().equals(known);
        if (offset > 0 && isOther) {
            reached.isWrong(
                    new WrongContentException(
                            ErrorCode.PAYLOAD_HASH_MISMATCH,
                            "%s was replaced while it was being fetched".formatted(address)));
            return false;
        }
        return true;
    }

    private Mirror next() throws FetchException {
        Mirror best =
                mirrors.stream()
                        .filter(mirror -> !mirror.isUseless)
                        .min(Comparator.comparingInt(mirror -> mirror.failures))
                        .orElseThrow(() -> failure(FetchException.Problem.NOT_THERE));
        long nanos = patience.monotonicNanos().getAsLong() - startNanos;
        if (best.failures >= Patience.FAILURES_PER_MIRROR_MAX
                || Duration.ofNanos(nanos).compareTo(Patience.TRANSFER_MAX) > 0) {
            throw failure(FetchException.Problem.UNREACHABLE);
        }
        return best;
    }

    private FetchException failure(FetchException.Problem problem) {
        int code =
                switch (lastFailure) {
                    case HttpStatusException e -> ErrorCode.HTTP_STATUS_BASE + e.status();
                    case WrongContentException e -> e.errorCode();
                    default -> ErrorCode.DOWNLOAD_TRANSFER;
                };
        return new FetchException(
                problem,
                code,
                "fetching the %s failed: %s"
                        .formatted(file.kind().label(), lastFailure.getMessage()),
                lastFailure);
    }

    /** Whether asking again would bring the same answer. */
    private static boolean isLasting(int status) {
        return status >= 400
                && status < 500
                && status != HTTP_REQUEST_TIMEOUT
                && status != HTTP_TOO_MANY_REQUESTS
                && status != HTTP_TOO_EARLY;
    }
}
