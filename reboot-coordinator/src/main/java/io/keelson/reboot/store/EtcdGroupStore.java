package io.keelson.reboot.store;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.KeyValue;
import io.keelson.etcd.Range;
import io.keelson.etcd.Transaction;
import io.keelson.etcd.Transaction.Compare;
import io.keelson.etcd.Transaction.Operation;
import io.keelson.etcd.Transaction.Step;
import io.keelson.etcd.Watch;

import okio.ByteString;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A group's document under one etcd key, compared by {@code mod_revision}: unlike the key's version
 * it never repeats, not even when the key is deleted and made again.
 */
public final class EtcdGroupStore implements GroupStore {
    public static final String KEY_PREFIX = "/keelson/reboot/";

    private final EtcdClient etcd;
    private final String key;

    public EtcdGroupStore(EtcdClient etcd, String group) {
        this.etcd = etcd;
        this.key = KEY_PREFIX + group;
    }

    @Override
    public Read read() {
        return switch (etcd.range(Range.ofKey(key))) {
            case EtcdResult.Known<Range.Answer>(var answer) -> found(answer.first());
            case EtcdResult.Refused<Range.Answer>(var refusal, var reason) ->
                    refusal == EtcdResult.Refusal.UNREACHABLE
                            ? new Read.Unavailable(reason)
                            : new Read.Refused(reason);
            case EtcdResult.Unknown<Range.Answer>(var reason) -> new Read.Unavailable(reason);
        };
    }

    @Override
    public Write write(long expected, ByteString document) {
        Compare unchanged =
                expected == 0 ? Compare.missing(key) : Compare.unchangedSince(key, expected);
        // The read in the failure branch saves a round trip under contention.
        var replace =
                new Transaction(
                        List.of(unchanged),
                        List.of(Operation.put(key, document)),
                        List.of(Operation.read(key)));
        return switch (etcd.transact(replace)) {
            case EtcdResult.Known<Transaction.Answer>(var answer) ->
                    answer.succeeded()
                            ? new Write.Written(answer.header().revision())
                            : new Write.Conflict(standing(answer.steps()));
            case EtcdResult.Refused<Transaction.Answer>(var refusal, var reason) ->
                    refusal == EtcdResult.Refusal.UNREACHABLE
                            ? new Write.Unavailable(reason)
                            : new Write.Refused(reason);
            case EtcdResult.Unknown<Transaction.Answer>(var reason) -> new Write.Unknown(reason);
        };
    }

    @Override
    public void awaitChange(long revision, Duration atMost) {
        try (var watch = etcd.watch(Range.ofKey(key), revision + 1, atMost)) {
            boolean waiting = true;
            while (waiting) {
                waiting =
                        watch.next() instanceof Watch.Step.Changed changed
                                && changed.changes().isEmpty();
            }
        }
    }

    private static Read standing(List<Step> steps) {
        return steps.size() == 1 && steps.getFirst() instanceof Step.Found(var values)
                ? found(values.stream().findFirst())
                : new Read.Unavailable("etcd answered a lost comparison without the key");
    }

    private static Read found(Optional<KeyValue> value) {
        return value.<Read>map(stored -> new Read.Found(stored.value(), stored.modRevision()))
                .orElseGet(Read.Missing::new);
    }
}
