package io.keelson.etcd;

import io.keelson.etcd.Gateway.Exchange;

import okhttp3.Response;

import okio.BufferedSource;
import okio.ByteString;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Changes of keys as they happen, over one connection. One thread reads, any may close. A watch
 * never resumes by itself: {@link Follow} does.
 */
public final class Watch implements AutoCloseable {
    static final long LINE_BYTES_MAX = Gateway.ANSWER_BYTES_MAX;

    private final List<Exchange> candidates;
    private final Duration atMost;
    private long startNanos;
    private volatile boolean closed;
    private @Nullable Response response;
    private Step.@Nullable Ended ended;

    Watch(List<Exchange> candidates, Duration atMost) {
        this.atMost = atMost;
        this.candidates = List.copyOf(candidates);
    }

    /** What the watch saw next. */
    public sealed interface Step {
        /**
         * Changes in order; {@code revision} is the last one's, watch on from the one after it.
         * Without changes it is the store's, and says nothing about what is still to be told.
         */
        record Changed(long revision, List<Change> changes) implements Step {
            public Changed {
                changes = List.copyOf(changes);
            }
        }

        /** No more will come. */
        record Ended(End why, String reason) implements Step {}
    }

    /** Why a watch ended. */
    public enum End {
        /** {@link Watch#close()} was called. */
        CLOSED,
        /** The time given to the watch is over. */
        TIMED_OUT,
        /** The revision to start from is gone. */
        COMPACTED,
        /** More changed at once than one line of the stream may hold: read the keys again. */
        TOO_MUCH,
        /** The connection or the member was lost, or answered something unreadable. */
        LOST
    }

    /** One change of one key. */
    public sealed interface Change {
        String key();

        long revision();

        record Put(KeyValue value) implements Change {
            @Override
            public String key() {
                return value.key();
            }

            @Override
            public long revision() {
                return value.modRevision();
            }
        }

        record Deleted(String key, long revision) implements Change {}
    }

    /**
     * Blocks until keys change or the watch ends. The first call connects; it may answer a step
     * without changes, which only tells the revision the watch started at.
     */
    public Step next() {
        if (ended == null) {
            try {
                Step step = ResponseJson.watchStep(nextLine());
                if (!(step instanceof Step.Ended end)) {
                    return step;
                }
                finish(end);
            } catch (IOException e) {
                finish(new Step.Ended(end(), "the watch ended: " + e.getMessage()));
            } catch (JacksonException | ResponseJson.Unreadable | NumberFormatException e) {
                finish(
                        new Step.Ended(
                                End.LOST, "the watch answered unlike etcd: " + e.getMessage()));
            }
        }
        return Objects.requireNonNull(ended);
    }

    @Override
    public void close() {
        closed = true;
        candidates.forEach(exchange -> exchange.call().cancel());
    }

    private ByteString nextLine() throws IOException {
        if (response == null) {
            startNanos = System.nanoTime();
            response = connect();
        }
        BufferedSource source = response.body().source();
        long end = source.indexOf((byte) '\n', 0, LINE_BYTES_MAX);
        if (end < 0 && source.getBuffer().size() >= LINE_BYTES_MAX) {
            finish(
                    new Step.Ended(
                            End.TOO_MUCH, "a line has more than " + LINE_BYTES_MAX + " bytes"));
            throw new IOException("a line that is too long");
        }
        if (end < 0) {
            throw new IOException("the stream ended");
        }
        ByteString line = source.readByteString(end);
        source.skip(1);
        return line;
    }

    private Response connect() throws IOException {
        IOException last = new IOException("no endpoint");
        for (Exchange exchange : candidates) {
            try {
                return exchange.call().execute();
            } catch (IOException e) {
                last = e;
                if (exchange.sent().started || closed) {
                    break;
                }
            }
        }
        throw last;
    }

    private void finish(Step.Ended end) {
        if (ended != null) {
            return;
        }
        ended = end;
        candidates.forEach(exchange -> exchange.call().cancel());
        if (response != null) {
            response.close();
        }
    }

    private End end() {
        if (closed) {
            return End.CLOSED;
        }
        // OkHttp ends a call whose time is over like one whose connection broke.
        boolean over = !atMost.isZero() && System.nanoTime() - startNanos >= atMost.toNanos();
        return over ? End.TIMED_OUT : End.LOST;
    }
}
