package io.keelson.reboot.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.EtcdResult.Known;
import io.keelson.etcd.Follow;
import io.keelson.etcd.Member;
import io.keelson.etcd.Range;
import io.keelson.etcd.ResponseHeader;
import io.keelson.etcd.Watch;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.group.PolicyFile;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;

import okio.ByteString;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;

/** The etcd client on a cluster that loses a member. */
class ThreeNodesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static @Nullable Cluster cluster;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        var missing = Network.missing();
        missing.ifPresent(reason -> System.err.println("ThreeNodesTest is skipped: " + reason));
        Assumptions.assumeTrue(missing.isEmpty(), missing.orElse(""));
        cluster = Cluster.start(directory);
        cluster().awaitWhole();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void heal() throws IOException {
        for (int node = 1; node <= Cluster.NODES; node++) {
            cluster().network().heal(node);
        }
        cluster().awaitWhole();
    }

    @Test
    void aMemberThatIsCutOffIsUnhealthyAndTheQuorumStandsOnTheOthers() throws IOException {
        cutOff(3);

        Member.ClusterHealth health = known(client().health());

        assertThat(health.voters()).isEqualTo(3);
        assertThat(health.quorum()).isEqualTo(2);
        assertThat(health.healthyVoters()).isEqualTo(2);
        assertThat(health.survivesLoss(0)).isTrue();
        assertThat(health.survivesLoss(1)).isFalse();
    }

    /** In direct mode, as no coordinator is there to see who is healthy. */
    @Test
    void aVoterRebootsOnlyWhileTheQuorumHoldsWithoutIt() throws IOException {
        PolicyFile file =
                PolicyFile.parse(
                        """
                        {"groups":{"voters":{"slots":3,
                          "etcdVoters":{"h1":"n1","h2":"n2","h3":"n3"}}}}
                        """);
        lock().setPolicy(Objects.requireNonNull(file.groups().get("voters")), "file");

        LockAnswer first = lock().request(new NodeIdentity("h1", "boot-1"));
        LockAnswer second = lock().request(new NodeIdentity("h2", "boot-1"));
        lock().release(new NodeIdentity("h1", "boot-1"), new Outcome.Abandoned("enough"));
        cutOff(3);
        LockAnswer whileOneIsCutOff = lock().request(new NodeIdentity("h1", "boot-1"));

        assertThat(first).isInstanceOf(LockAnswer.Granted.class);
        assertThat(List.of(second, whileOneIsCutOff))
                .allSatisfy(answer ->
                        assertThat(answer)
                                .isInstanceOfSatisfying(
                                        LockAnswer.Queued.class,
                                        queued ->
                                                assertThat(queued.kind())
                                                        .isEqualTo(
                                                                RefusalKind.WOULD_BREAK_QUORUM)));
    }

    private static RebootLock lock() {
        return new RebootLock(
                client(),
                "voters",
                InstantSource.system(),
                () -> UUID.randomUUID().toString(),
                new Random(1));
    }

    @Test
    void aWriteToAMemberWithoutPeersIsNotKnownAndAReadGoesElsewhere() throws IOException {
        int leader = leader();
        cluster().network().cutFromPeers(leader);
        var alone = cluster().clientOf(leader, TIMEOUT);

        assertThat(alone.put("alone", ByteString.encodeUtf8("x"))).isNotInstanceOf(Known.class);
        assertThat(alone.range(Range.ofKey("alone"))).isNotInstanceOf(Known.class);
        cluster().awaitReady();
        assertThat(client().range(Range.ofKey("alone"))).isInstanceOf(Known.class);
    }

    @Test
    void aWatchOnAMemberWithoutALeaderEndsInsteadOfWaiting() throws IOException {
        int leader = leader();
        try (var watch =
                cluster()
                        .clientOf(leader, TIMEOUT)
                        .watch(Range.ofKey("watched"), 0, Duration.ofSeconds(60))) {
            assertThat(watch.next()).isInstanceOf(Watch.Step.Changed.class);

            cluster().network().cutFromPeers(leader);

            assertThat(watch.next())
                    .isInstanceOfSatisfying(
                            Watch.Step.Ended.class,
                            ended -> assertThat(ended.why()).isEqualTo(Watch.End.LOST));
        }
    }

    @Test
    void aFollowerMissesNothingWhenItsMemberIsCutOff() throws IOException {
        var client = client();
        ResponseHeader seen = known(client.range(Range.ofKey("followed"))).header();
        try (var follow = client.follow(Range.ofKey("followed"), seen, Duration.ofSeconds(5))) {
            put("1");
            assertThat(next(follow)).isEqualTo("1");

            cluster().network().cutOff(leader());
            put("2");

            assertThat(next(follow)).isEqualTo("2");
        }
    }

    private static String next(Follow follow) {
        while (true) {
            switch (follow.next()) {
                case Follow.Step.Changed(_, var changes) -> {
                    return ((Watch.Change.Put) changes.getLast()).value().text();
                }
                case Follow.Step.Interrupted _ -> {}
                case Follow.Step.Reread reread -> throw new AssertionError(reread.toString());
                case Follow.Step.Closed _ -> throw new AssertionError("closed");
            }
        }
    }

    /** Written until a majority has it; the same value twice does no harm here. */
    private static void put(String value) {
        var client = client();
        while (!(client.put("followed", ByteString.encodeUtf8(value)) instanceof Known<?>)) {}
    }

    /** Returns once the others answer: the member may have led, and then they elect first. */
    private static void cutOff(int node) throws IOException {
        cluster().network().cutOff(node);
        cluster().awaitReady();
    }

    private static int leader() {
        return cluster().leader().orElseThrow();
    }

    private static EtcdClient client() {
        return cluster().client(TIMEOUT);
    }

    private static Cluster cluster() {
        return Objects.requireNonNull(cluster);
    }

    private static <T> T known(EtcdResult<T> result) {
        assertThat(result).isInstanceOf(Known.class);
        return ((Known<T>) result).value();
    }
}
