package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdResult.Known;

import okio.ByteString;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Changes told without a gap through what happens to a real etcd. */
class FollowTest {
    private static final Range RANGE = Range.ofPrefix("f/");

    @TempDir Path directory;
    private EtcdServer server;
    private EtcdClient etcd;

    @BeforeEach
    void start() throws IOException {
        server = new EtcdServer(directory);
        etcd = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void changesSinceTheAnswerAreToldOnceAndInOrder() {
        put("f/a", "0");
        var seen = known(etcd.range(RANGE)).header();
        put("f/a", "1");
        put("f/b", "2");
        known(etcd.delete(Range.ofKey("f/a")));

        try (var follow = follow(seen)) {
            assertThat(changes(follow, 3)).containsExactly("f/a=1", "f/b=2", "f/a gone");
            put("f/c", "3");
            assertThat(changes(follow, 1)).containsExactly("f/c=3");
        }
    }

    @Test
    void aRenewedConnectionLeavesNothingOut() {
        var seen = known(etcd.range(RANGE)).header();
        try (var follow = etcd.follow(RANGE, seen, Duration.ofMillis(20))) {
            var told = new ArrayList<String>();
            for (int i = 0; i < 200; i++) {
                put("f/a", Integer.toString(i));
                if (i % 20 == 0) {
                    told.addAll(changes(follow, i + 1 - told.size()));
                }
            }
            told.addAll(changes(follow, 200 - told.size()));

            assertThat(told)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 200).mapToObj(i -> "f/a=" + i).toList());
        }
    }

    @Test
    void aLongHistoryIsToldWholeAlthoughItComesInBatches() {
        var seen = known(etcd.range(RANGE)).header();
        for (int i = 0; i < 2_500; i++) {
            put("f/a", Integer.toString(i));
        }

        try (var follow = etcd.follow(RANGE, seen, Duration.ofMillis(50))) {
            assertThat(changes(follow, 2_500)).hasSize(2_500).endsWith("f/a=2499");
        }
    }

    @Test
    void aRestartIsSaidAndThenPassedOver() throws IOException {
        var seen = known(etcd.range(RANGE)).header();
        try (var follow = follow(seen)) {
            put("f/a", "1");
            assertThat(changes(follow, 1)).containsExactly("f/a=1");

            server.stop();
            assertThat(follow.next()).isInstanceOf(Follow.Step.Interrupted.class);
            reconnect();
            put("f/a", "2");

            assertThat(changes(follow, 1)).containsExactly("f/a=2");
        }
    }

    @Test
    void compactedChangesAreNotSilentlyLeftOut() throws Exception {
        var seen = known(etcd.range(RANGE)).header();
        put("f/a", "1");
        long last = put("f/a", "2");
        server.etcdctl("compact", Long.toString(last));

        try (var follow = follow(seen)) {
            assertThat(follow.next())
                    .isInstanceOfSatisfying(
                            Follow.Step.Reread.class,
                            reread -> assertThat(reread.why()).isEqualTo(Follow.Why.COMPACTED));
            assertThat(follow.next()).isInstanceOf(Follow.Step.Reread.class);
        }
        var again = known(etcd.range(RANGE)).header();
        try (var follow = follow(again)) {
            put("f/a", "3");
            assertThat(changes(follow, 1)).containsExactly("f/a=3");
        }
    }

    @Test
    void aStoreRestoredFromASnapshotIsNotTakenForTheOneThatWasRead() throws Exception {
        put("f/a", "1");
        Path snapshot = directory.resolve("snapshot");
        server.etcdctl("snapshot", "save", snapshot.toString());
        put("f/a", "2");
        var seen = known(etcd.range(RANGE)).header();

        server.stop();
        server.restoreFrom(snapshot);
        server.start();

        var now = known(etcd.range(RANGE)).header();
        assertThat(now.clusterId())
                .as("the same addresses and token make the same id")
                .isEqualTo(seen.clusterId());
        assertThat(seen.mayPrecede(now)).isFalse();
        try (var follow = follow(seen)) {
            assertThat(follow.next())
                    .isInstanceOfSatisfying(
                            Follow.Step.Reread.class,
                            reread -> assertThat(reread.why()).isEqualTo(Follow.Why.RESTORED));
        }
    }

    @Test
    void moreThanOneLineMayHoldAsksForAReread() {
        var seen = known(etcd.range(RANGE)).header();
        var big = ByteString.of(new byte[1_000_000]);
        for (int i = 0; i < 8; i++) {
            known(etcd.put("f/big", big));
        }

        try (var follow = follow(seen)) {
            assertThat(follow.next())
                    .isInstanceOfSatisfying(
                            Follow.Step.Reread.class,
                            reread -> assertThat(reread.why()).isEqualTo(Follow.Why.TOO_MUCH));
        }
    }

    /** The first write over a connection that the restart broke would have an unknown outcome. */
    private void reconnect() throws IOException {
        server.start();
        known(etcd.range(RANGE));
    }

    @Test
    void closingWakesTheReader() throws InterruptedException {
        var follow = follow(known(etcd.range(RANGE)).header());
        Thread closer = Thread.startVirtualThread(follow::close);

        assertThat(follow.next()).isInstanceOf(Follow.Step.Closed.class);
        closer.join();
    }

    /** The next changes as text, passing over interruptions. */
    static List<String> changes(Follow follow, int atLeast) {
        var told = new ArrayList<String>();
        while (told.size() < atLeast) {
            switch (follow.next()) {
                case Follow.Step.Changed(_, var changes) ->
                        changes.forEach(change -> told.add(text(change)));
                case Follow.Step.Interrupted _ -> {}
                case Follow.Step.Reread reread -> throw new AssertionError(reread.toString());
                case Follow.Step.Closed _ -> throw new AssertionError("closed");
            }
        }
        return told;
    }

    private static String text(Watch.Change change) {
        return switch (change) {
            case Watch.Change.Put(var value) -> value.key() + "=" + value.text();
            case Watch.Change.Deleted(var key, _) -> key + " gone";
        };
    }

    private Follow follow(ResponseHeader seen) {
        return etcd.follow(RANGE, seen, Duration.ofMinutes(1));
    }

    private long put(String key, String value) {
        return known(etcd.put(key, ByteString.encodeUtf8(value))).revision();
    }

    private static <T> T known(EtcdResult<T> result) {
        assertThat(result).isInstanceOf(Known.class);
        return ((Known<T>) result).value();
    }
}
