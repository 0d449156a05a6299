package io.keelson.etcd;

import io.keelson.etcd.EtcdResult.Known;
import io.keelson.etcd.EtcdResult.Refused;
import io.keelson.etcd.EtcdResult.Unknown;
import io.keelson.etcd.Watch.Change;

import okio.ByteString;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Every change of keys since an answer the caller has read, over as many watches as it takes. One
 * thread reads, any may close.
 *
 * <p>Each connection begins with a linearizable read: it renews the login, passes over members that
 * are cut off, and shows whether the store is still the one that was read.
 */
public final class Follow implements AutoCloseable {
    private static final long PAUSE_MILLIS_FIRST = 50;
    private static final long PAUSE_MILLIS_MAX = 3_000;

    private final EtcdClient etcd;
    private final Range range;
    private final Duration renewal;
    private final CountDownLatch closed = new CountDownLatch(1);
    private ResponseHeader seen;
    private long told;
    private int failures;
    private volatile @Nullable Watch watch;
    private Step.@Nullable Reread over;

    Follow(EtcdClient etcd, Range range, ResponseHeader seen, Duration renewal) {
        this.etcd = etcd;
        this.range = range;
        this.seen = seen;
        this.told = seen.revision();
        this.renewal = renewal;
    }

    /** What the follower learns next. */
    public sealed interface Step {
        /** Changes in order, each told once, none left out. */
        record Changed(long revision, List<Change> changes) implements Step {
            public Changed {
                changes = List.copyOf(changes);
            }
        }

        /** No answer now; nothing is lost, the next call pauses and tries again. */
        record Interrupted(String reason) implements Step {}

        /** What was read before may be wrong: read the keys again and follow from that answer. */
        record Reread(Why why, String reason) implements Step {}

        /** {@link Follow#close()} was called. */
        record Closed() implements Step {}
    }

    /** Why changes cannot be told without a gap. */
    public enum Why {
        /** etcd no longer keeps the changes since the last one told. */
        COMPACTED,
        /** Another cluster answers, or the store's revision went back. */
        RESTORED,
        /** More changed than one answer may hold. */
        TOO_MUCH,
        /** etcd refuses this client these keys. */
        REFUSED
    }

    /** Blocks until there is something to tell; after Reread it answers the same for ever. */
    public Step next() {
        while (closed.getCount() > 0) {
            if (over != null) {
                return over;
            }
            Optional<Step> step = advance();
            if (step.isPresent()) {
                return step.get();
            }
        }
        return new Step.Closed();
    }

    private Optional<Step> advance() {
        Watch open = watch;
        if (open != null) {
            return read(open);
        }
        return pause() ? connect() : Optional.empty();
    }

    @Override
    public void close() {
        closed.countDown();
        disconnect();
    }

    private Optional<Step> connect() {
        // One key is enough, and whoever may read the range may read its first.
        Range probe =
                new Range(range.key(), ByteString.EMPTY, 0, range.page()).only(Range.Parts.COUNT);
        return switch (etcd.range(probe)) {
            case Unknown<Range.Answer>(var reason) -> interrupted(reason);
            case Refused<Range.Answer>(var refusal, var reason) ->
                    refusal == EtcdResult.Refusal.UNREACHABLE
                            ? interrupted(reason)
                            : reread(Why.REFUSED, reason);
            case Known<Range.Answer>(var answer) -> {
                if (!seen.mayPrecede(answer.header())) {
                    yield reread(
                            Why.RESTORED,
                            "the store was "
                                    + described(seen)
                                    + " and now is "
                                    + described(answer.header()));
                }
                seen = answer.header();
                watch = etcd.watch(range, told + 1, renewal);
                // Closing looks at the field once: look at closing once it is set.
                if (closed.getCount() == 0) {
                    disconnect();
                }
                yield Optional.empty();
            }
        };
    }

    private Optional<Step> read(Watch open) {
        return switch (open.next()) {
            case Watch.Step.Changed(var revision, var changes) -> {
                failures = 0;
                if (changes.isEmpty()) {
                    yield Optional.empty();
                }
                told = revision;
                yield Optional.of(new Step.Changed(revision, changes));
            }
            case Watch.Step.Ended(var why, var reason) -> {
                disconnect();
                yield switch (why) {
                    case CLOSED, TIMED_OUT -> Optional.empty();
                    case LOST -> interrupted(reason);
                    case COMPACTED -> reread(Why.COMPACTED, reason);
                    case TOO_MUCH -> reread(Why.TOO_MUCH, reason);
                };
            }
        };
    }

    private Optional<Step> interrupted(String reason) {
        failures++;
        return Optional.of(new Step.Interrupted(reason));
    }

    private Optional<Step> reread(Why why, String reason) {
        var step = new Step.Reread(why, reason);
        over = step;
        return Optional.of(step);
    }

    /** Returns whether to go on. */
    private boolean pause() {
        if (failures == 0) {
            return true;
        }
        long millis = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_FIRST << Math.min(failures - 1, 10));
        try {
            return !closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            close();
            return false;
        }
    }

    private void disconnect() {
        Watch open = watch;
        watch = null;
        if (open != null) {
            open.close();
        }
    }

    private static String described(ResponseHeader header) {
        return "cluster " + header.clusterId() + " at revision " + header.revision();
    }
}
