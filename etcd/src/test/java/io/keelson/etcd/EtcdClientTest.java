package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdResult.Known;
import io.keelson.etcd.Transaction.Compare;
import io.keelson.etcd.Transaction.Operation;
import io.keelson.etcd.Transaction.Relation;

import okio.ByteString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class EtcdClientTest {
    private static EtcdServer server;
    private static EtcdClient etcd;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        server = new EtcdServer(directory);
        etcd = server.client();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aKeyIsReadAsItWasWritten() {
        long revision = known(etcd.put("read/ä", utf8("Grüße\u0000"))).revision();

        var answer = known(etcd.range(Range.ofKey("read/ä")));

        assertThat(answer.values())
                .containsExactly(
                        new KeyValue("read/ä", utf8("Grüße\u0000"), revision, revision, 1, 0));
        assertThat(answer.header().clusterId()).isNotEqualTo("0");
    }

    @Test
    void aMissingKeyIsKnownToBeMissing() {
        assertThat(known(etcd.range(Range.ofKey("missing"))).first()).isEmpty();
    }

    @Test
    void aPrefixIsReadInOrderUpToItsLimit() {
        for (String key : List.of("list/b", "list/a", "list0", "list/c")) {
            known(etcd.put(key, utf8(key)));
        }

        var all = known(etcd.range(Range.ofPrefix("list/")));
        var some = known(etcd.range(Range.ofPrefix("list/").limitedTo(2)));

        assertThat(all.values())
                .extracting(KeyValue::key)
                .containsExactly("list/a", "list/b", "list/c");
        assertThat(all.more()).isFalse();
        assertThat(some.values()).hasSize(2);
        assertThat(some.more()).isTrue();
    }

    @Test
    void anOldRevisionIsStillReadable() {
        long first = known(etcd.put("history", utf8("1"))).revision();
        known(etcd.put("history", utf8("2")));

        var then = known(etcd.range(Range.ofKey("history").at(first))).first().orElseThrow();

        assertThat(then.text()).isEqualTo("1");
    }

    @Test
    void aFutureRevisionIsRefused() {
        assertThat(etcd.range(Range.ofKey("future").at(1_000_000)))
                .isInstanceOfSatisfying(
                        EtcdResult.Refused.class,
                        refused -> {
                            assertThat(refused.refusal())
                                    .isEqualTo(EtcdResult.Refusal.OUT_OF_RANGE);
                            assertThat(refused.reason())
                                    .contains("required revision is a future revision");
                        });
    }

    @Test
    void deletingAnswersHowManyKeysThereWere() {
        known(etcd.put("gone/1", utf8("x")));
        known(etcd.put("gone/2", utf8("x")));

        assertThat(known(etcd.delete(Range.ofPrefix("gone/")))).isEqualTo(2);
        assertThat(known(etcd.delete(Range.ofPrefix("gone/")))).isZero();
    }

    @Test
    void aTransactionWritesOnlyOverTheRevisionItExpects() {
        long revision = known(etcd.put("cas", utf8("old"))).revision();

        var won = known(etcd.transact(replace("cas", revision, "new")));
        var lost = known(etcd.transact(replace("cas", revision, "newer")));

        assertThat(won.succeeded()).isTrue();
        assertThat(won.steps()).containsExactly(new Transaction.Step.Written());
        assertThat(lost.succeeded()).isFalse();
        assertThat(lost.steps())
                .containsExactly(
                        new Transaction.Step.Found(
                                List.of(
                                        new KeyValue(
                                                "cas",
                                                utf8("new"),
                                                revision,
                                                won.header().revision(),
                                                2,
                                                0)),
                                1));
    }

    @Test
    void everyComparisonHoldsAndFailsAsItsNameSays() {
        long revision = known(etcd.put("compare", utf8("m"))).revision();

        assertThat(holds(new Compare.ModRevision("compare", Relation.EQUAL, revision))).isTrue();
        assertThat(holds(new Compare.ModRevision("compare", Relation.LESS, revision))).isFalse();
        assertThat(holds(new Compare.CreateRevision("compare", Relation.EQUAL, revision))).isTrue();
        assertThat(holds(Compare.missing("compare"))).isFalse();
        assertThat(holds(Compare.missing("compare/none"))).isTrue();
        assertThat(holds(new Compare.Version("compare", Relation.GREATER, 0))).isTrue();
        assertThat(holds(new Compare.Version("compare", Relation.NOT_EQUAL, 1))).isFalse();
        assertThat(holds(new Compare.Value("compare", Relation.EQUAL, utf8("m")))).isTrue();
        assertThat(holds(new Compare.Value("compare", Relation.GREATER, utf8("z")))).isFalse();
    }

    @Test
    void aLeaseEndsItsKeysWhenRevoked() {
        Lease lease = known(etcd.grantLease(60));
        known(etcd.put(new Operation.Put("leased", utf8("x"), lease.id())));

        assertThat(known(etcd.keepLease(lease.id())).ttlSeconds()).isEqualTo(60);
        known(etcd.revokeLease(lease.id()));

        assertThat(known(etcd.range(Range.ofKey("leased"))).first()).isEmpty();
        assertThat(known(etcd.keepLease(lease.id())).ttlSeconds()).isZero();
        assertThat(etcd.revokeLease(lease.id()))
                .isInstanceOfSatisfying(
                        EtcdResult.Refused.class,
                        refused ->
                                assertThat(refused.refusal())
                                        .isEqualTo(EtcdResult.Refusal.NOT_FOUND));
    }

    @Test
    void aLeaseTellsHowLongItLivesAndWhatEndsWithIt() {
        Lease lease = known(etcd.grantLease(4711, 60));
        known(etcd.put(new Operation.Put("standing", utf8("x"), lease.id())));

        assertThat(lease.id()).isEqualTo(4711);
        assertThat(known(etcd.leaseStanding(4711)))
                .satisfies(standing -> {
                    assertThat(standing.grantedSeconds()).isEqualTo(60);
                    assertThat(standing.lease().ttlSeconds()).isBetween(50L, 60L);
                    assertThat(standing.keys()).containsExactly("standing");
                    assertThat(standing.gone()).isFalse();
                });
        known(etcd.revokeLease(4711));
        assertThat(known(etcd.leaseStanding(4711)).gone()).isTrue();
    }

    @Test
    void aLeaseIdIsGrantedOnce() {
        known(etcd.grantLease(4712, 60));

        assertThat(etcd.grantLease(4712, 60)).isInstanceOf(EtcdResult.Refused.class);
    }

    @Test
    void aQueueIsReadInTheOrderOfItsMaking() {
        for (String key : List.of("queue/c", "queue/a", "queue/b", "queue/d")) {
            known(etcd.put(key, utf8("1")));
        }
        known(etcd.put("queue/c", utf8("written again")));
        var queue = Range.ofPrefix("queue/").orderedBy(Range.Order.CREATED).limitedTo(2);

        var first = known(etcd.range(queue));
        long next = first.values().getLast().createRevision() + 1;
        var second = known(etcd.range(queue.createdFrom(next)));

        assertThat(first.values()).extracting(KeyValue::key).containsExactly("queue/c", "queue/a");
        assertThat(first.count()).isEqualTo(4);
        assertThat(second.values()).extracting(KeyValue::key).containsExactly("queue/b", "queue/d");
    }

    @Test
    void aTransactionCountsWhatALimitLeavesOut() {
        for (String key : List.of("heads/b", "heads/a", "heads/c")) {
            known(etcd.put(key, utf8("1")));
        }
        var heads = Range.ofPrefix("heads/").orderedBy(Range.Order.CREATED).limitedTo(1);

        var answer =
                known(
                        etcd.transact(
                                new Transaction(
                                        List.of(), List.of(new Operation.Read(heads)), List.of())));

        assertThat(answer.steps().getFirst())
                .isInstanceOfSatisfying(
                        Transaction.Step.Found.class,
                        found -> {
                            assertThat(found.values())
                                    .extracting(KeyValue::key)
                                    .containsExactly("heads/b");
                            assertThat(found.count()).isEqualTo(3);
                        });
    }

    @Test
    void keysAreCountedOrListedWithoutTheirValues() {
        known(etcd.put("parts/a", utf8("x")));
        known(etcd.put("parts/b", utf8("x")));

        var keys = known(etcd.range(Range.ofPrefix("parts/").only(Range.Parts.KEYS)));
        var count = known(etcd.range(Range.ofPrefix("parts/").only(Range.Parts.COUNT)));

        assertThat(keys.values()).extracting(KeyValue::key).containsExactly("parts/a", "parts/b");
        assertThat(keys.values()).extracting(KeyValue::text).containsOnly("");
        assertThat(count.values()).isEmpty();
        assertThat(count.count()).isEqualTo(2);
    }

    @Test
    void pagesShowOneRevision() {
        for (int i = 0; i < 25; i++) {
            known(etcd.put("pages/%02d".formatted(i), utf8("x")));
        }

        var all = known(etcd.readAll(Range.ofPrefix("pages/"), 7));
        var later = known(etcd.range(Range.ofPrefixFrom("pages/", "pages/20")));

        assertThat(all.values()).hasSize(25).doesNotHaveDuplicates();
        assertThat(all.count()).isEqualTo(25);
        assertThat(all.more()).isFalse();
        assertThat(later.values()).hasSize(5);
    }

    @Test
    void aMemberTellsItsStateAndSize() {
        var status = known(etcd.status());

        assertThat(status.isLeader()).isTrue();
        assertThat(status.version()).startsWith("3.");
        assertThat(status.database().bytes()).isPositive();
        assertThat(status.database().bytesInUse()).isBetween(1L, status.database().bytes());
        assertThat(status.errors()).isEmpty();
    }

    @Test
    void aClusterOfOneIsHealthyAndSurvivesNoLoss() {
        var health = known(etcd.health());

        assertThat(health.voters()).isEqualTo(1);
        assertThat(health.quorum()).isEqualTo(1);
        assertThat(health.healthyVoters()).isEqualTo(1);
        assertThat(health.survivesLoss(0)).isTrue();
        assertThat(health.survivesLoss(1)).isFalse();
        assertThat(health.members().getFirst().member().name()).isEqualTo("one");
    }

    @Test
    void aWatchTellsEveryChangeSinceItsRevisionInOrder() {
        long first = known(etcd.put("watched", utf8("1"))).revision();
        known(etcd.put("watched", utf8("2")));
        long last = known(etcd.put("unwatched", utf8("x"))).revision() + 1;
        known(etcd.delete(Range.ofKey("watched")));

        try (var watch = etcd.watch(Range.ofKey("watched"), first, Duration.ofSeconds(20))) {
            var seen = new ArrayList<Watch.Change>();
            while (seen.size() < 3) {
                assertThat(watch.next())
                        .isInstanceOfSatisfying(
                                Watch.Step.Changed.class,
                                changed -> seen.addAll(changed.changes()));
            }

            assertThat(seen)
                    .containsExactly(
                            new Watch.Change.Put(
                                    new KeyValue("watched", utf8("1"), first, first, 1, 0)),
                            new Watch.Change.Put(
                                    new KeyValue("watched", utf8("2"), first, first + 1, 2, 0)),
                            new Watch.Change.Deleted("watched", last));
        }
    }

    @Test
    void aWatchEndsWhenItsTimeIsOver() {
        try (var watch = etcd.watch(Range.ofKey("quiet"), 0, Duration.ofMillis(300))) {
            assertThat(watch.next()).isInstanceOf(Watch.Step.Changed.class);

            assertThat(end(watch)).isEqualTo(Watch.End.TIMED_OUT);
            assertThat(end(watch)).isEqualTo(Watch.End.TIMED_OUT);
        }
    }

    @Test
    void closingAWatchWakesItsReader() throws InterruptedException {
        var watch = etcd.watch(Range.ofKey("closed"), 0, Duration.ofMinutes(1));
        assertThat(watch.next()).isInstanceOf(Watch.Step.Changed.class);

        Thread closer = Thread.startVirtualThread(watch::close);

        assertThat(end(watch)).isEqualTo(Watch.End.CLOSED);
        closer.join();
    }

    private static Watch.End end(Watch watch) {
        return switch (watch.next()) {
            case Watch.Step.Ended(var why, _) -> why;
            case Watch.Step.Changed changed -> throw new AssertionError("unexpected " + changed);
        };
    }

    private static boolean holds(Compare compare) {
        return known(etcd.transact(new Transaction(List.of(compare), List.of(), List.of())))
                .succeeded();
    }

    private static Transaction replace(String key, long revision, String value) {
        return new Transaction(
                List.of(Compare.unchangedSince(key, revision)),
                List.of(Operation.put(key, utf8(value))),
                List.of(Operation.read(key)));
    }

    private static ByteString utf8(String text) {
        return ByteString.encodeUtf8(text);
    }

    private static <T> T known(EtcdResult<T> result) {
        assertThat(result).isInstanceOf(Known.class);
        return ((Known<T>) result).value();
    }
}
