package io.keelson.reboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.KeyValue;
import io.keelson.etcd.Range;
import io.keelson.etcd.Transaction;
import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.AuditJson;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.rules.ReportAnswer;
import io.keelson.reboot.store.EtcdGroupStore;

import okhttp3.OkHttpClient;

import okio.ByteString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The lock on a real etcd; every test has a group of its own. */
class RebootLockTest {
    private static EtcdServer server;

    private String group = "";
    private RebootLock lock;

    @BeforeAll
    static void startEtcd(@TempDir Path directory) throws IOException {
        server = new EtcdServer(directory);
    }

    @AfterAll
    static void stopEtcd() {
        server.close();
    }

    @BeforeEach
    void newGroup(TestInfo test) {
        group = test.getTestMethod().orElseThrow().getName();
        lock = newLock();
    }

    @Test
    void oneTurnGoesFromTheGrantOverTheRebootToTheRelease() {
        var before = new NodeIdentity("a", "boot-1");
        var after = new NodeIdentity("a", "boot-2");

        long fence = granted(lock.request(before));
        assertThat(lock.commit(before, fence)).isEqualTo(new CommitAnswer.Committed());
        assertThat(lock.report(after, false)).isInstanceOf(ReportAnswer.Pending.class);
        assertThat(lock.release(after, new Outcome.Healthy()))
                .isEqualTo(new ReleaseAnswer.Released(false));

        assertThat(status().standing().free()).isEqualTo(1);
        assertThat(status().document().failures().used()).isZero();
    }

    @Test
    void whoSaysItIsDoneInTheSameBootHasFailedAndKeepsItsSlot() {
        var node = new NodeIdentity("a", "boot-1");
        lock.commit(node, granted(lock.request(node)));

        assertThat(lock.release(node, new Outcome.Healthy()))
                .isEqualTo(new ReleaseAnswer.NotRebooted("boot-1"));
        lock.release(node, new Outcome.Healthy());

        assertThat(status().document().holders().getFirst().state()).isEqualTo(HolderState.FAILED);
        assertThat(status().document().failures().used()).isEqualTo(1);
    }

    @Test
    void theFenceIsInTheDocumentThatGrants() {
        long fence = granted(lock.request(new NodeIdentity("a", "boot-1")));

        KeyValue then = stored(Range.ofKey("/keelson/reboot/" + group));

        assertThat(then.text()).contains("\"id\":\"a\"").contains("\"fence\":" + fence);
        assertThat(status().document().holders().getFirst().fence()).isEqualTo(fence);
    }

    @Test
    void theAuditLogIsCutToItsNewestEntries() {
        lock.setMax(2);
        String prefix = "/keelson/reboot-audit/" + group + "/";
        for (int write = 0; write < 13; write++) {
            var puts = new ArrayList<Transaction.Operation>();
            for (int i = 0; i < 100; i++) {
                // Sorts before every revision, which has twenty digits.
                String key = "%s%025d".formatted(prefix, 1 + write * 100 + i);
                puts.add(Transaction.Operation.put(key, AuditJson.write(List.of())));
            }
            assertThat(server.client().transact(new Transaction(List.of(), puts, List.of())))
                    .isInstanceOf(EtcdResult.Known.class);
        }

        newLock().halt("enough");

        assertThat(server.client().range(Range.ofPrefix(prefix).only(Range.Parts.COUNT)))
                .isInstanceOfSatisfying(
                        EtcdResult.Known.class,
                        known ->
                                assertThat(((Range.Answer) known.value()).count())
                                        .isEqualTo(GroupDesk.AUDIT_WRITES_MAX));
        assertThat(new EtcdGroupStore(server.client(), group).audit(1))
                .extracting(AuditEntry::event)
                .containsExactly("halted: enough");
    }

    @Test
    void askingForTheStatusWritesNothing() {
        assertThat(status().revision()).isZero();
        assertThat(status().toJson())
                .startsWith("{\"group\":\"" + group + "\",\"revision\":0,\"slots\":1,\"free\":1,")
                .endsWith("\"halted\":null,\"holders\":[],\"waiting\":0,\"queue\":[]}");
    }

    @Test
    void releasingWhatIsNotHeldWritesNothing() {
        lock.request(new NodeIdentity("a", "boot-1"));
        long revision = status().revision();

        var answer = lock.release(new NodeIdentity("b", "boot-9"), new Outcome.Failed("why"));

        assertThat(answer).isEqualTo(new ReleaseAnswer.NotHolder());
        assertThat(status().revision()).isEqualTo(revision);
    }

    @Test
    void anOperatorsReleaseFencesTheHolder() {
        var node = new NodeIdentity("a", "boot-1");
        long fence = granted(lock.request(node));

        assertThat(lock.forceRelease("a")).isEqualTo(new ReleaseAnswer.Released(false));

        assertThat(lock.commit(node, fence))
                .isInstanceOfSatisfying(
                        CommitAnswer.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(RefusalKind.FENCED));
    }

    @Test
    void aNodeThatLeavesTheQueueLetsTheNextOnePass() {
        lock.request(new NodeIdentity("a", "x"));
        lock.request(new NodeIdentity("b", "x"));
        lock.request(new NodeIdentity("c", "x"));

        lock.leave("b");
        lock.forceRelease("a");

        granted(lock.request(new NodeIdentity("c", "x")));
    }

    @Test
    void haltAndResumeStopAndStartGrants() {
        lock.halt("ceph repair");
        assertThat(lock.request(new NodeIdentity("a", "x")))
                .isInstanceOfSatisfying(
                        LockAnswer.Refused.class,
                        refused -> {
                            assertThat(refused.kind()).isEqualTo(RefusalKind.GROUP_HALTED);
                            assertThat(refused.reason()).contains("ceph repair");
                        });

        lock.resume();
        granted(lock.request(new NodeIdentity("a", "x")));
    }

    @Test
    void aWaiterWakesWhenTheGroupChanges() throws Exception {
        lock.request(new NodeIdentity("a", "x"));
        var queued = (LockAnswer.Queued) lock.request(new NodeIdentity("b", "x"));

        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<LockAnswer> served =
                    executor.submit(() -> {
                        lock.awaitChange(queued.revision(), Duration.ofSeconds(20));
                        return newLock().request(new NodeIdentity("b", "x"));
                    });
            lock.forceRelease("a");
            granted(served.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aDocumentOfALaterReleaseIsLeftAlone() {
        String key = "/keelson/reboot/" + group;
        server.client().put(key, ByteString.encodeUtf8("{\"v\":3}"));

        assertThat(lock.request(new NodeIdentity("a", "x")))
                .isInstanceOfSatisfying(
                        LockAnswer.Refused.class,
                        refused -> {
                            assertThat(refused.kind()).isEqualTo(RefusalKind.STORE_UNAVAILABLE);
                            assertThat(refused.reason())
                                    .contains("version 3 but this release reads 2");
                        });
        assertThat(stored(Range.ofKey(key)).text()).isEqualTo("{\"v\":3}");
    }

    @Test
    void twoHundredRequestsOverTwoClientsGetExactlyTheSlotsThereAre() throws Exception {
        lock.setMax(5);
        var clients = List.of(newLock(), newLock());

        List<LockAnswer> answers =
                together(200, i -> clients.get(i % 2).request(new NodeIdentity("node-" + i, "x")));

        var fences = new ArrayList<Long>();
        var positions = new ArrayList<Integer>();
        for (LockAnswer answer : answers) {
            switch (answer) {
                case LockAnswer.Granted(var fence) -> fences.add(fence);
                case LockAnswer.Queued(var position, _, _, _, _) -> positions.add(position);
                default -> throw new AssertionError(answer);
            }
        }
        assertThat(fences).hasSize(5);
        assertThat(positions).hasSize(195).allMatch(position -> position > 0);
        assertThat(status().document().holders()).hasSize(5);
        assertThat(status().queue()).hasSize(195);
    }

    @Test
    void aStoreThatIsKilledMidwayGrantsNothingTwiceAndLosesNoGrant() throws Exception {
        lock.setMax(3);
        var clients = List.of(newLock(), newLock());
        List<LockAnswer> during;
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<LockAnswer>> storm =
                    executor.submit(() ->
                            together(
                                    60,
                                    i ->
                                            clients.get(i % 2)
                                                    .request(new NodeIdentity("node-" + i, "x"))));
            while (status().queue().size() < 10) {
                Thread.onSpinWait();
            }
            server.kill();
            during = storm.get(2, TimeUnit.MINUTES);
        }
        assertThat(during).hasAtLeastOneElementOfType(LockAnswer.Unavailable.class);
        assertThat(lock.commit(new NodeIdentity("node-0", "x"), 1))
                .isInstanceOf(CommitAnswer.Unavailable.class);

        server.start();
        List<LockAnswer> after =
                together(60, i -> clients.get(i % 2).request(new NodeIdentity("node-" + i, "x")));

        assertThat(after.stream().filter(LockAnswer.Granted.class::isInstance))
                .as(after + " " + status().toJson())
                .hasSize(3);
        assertThat(after.stream().filter(LockAnswer.Queued.class::isInstance)).hasSize(57);
        for (int i = 0; i < 60; i++) {
            if (during.get(i) instanceof LockAnswer.Granted granted) {
                assertThat(after.get(i)).as("node-" + i).isEqualTo(granted);
            }
        }
    }

    @Test
    void anUnreachableStoreIsUnavailable() {
        var nowhere =
                new EtcdClient(
                        List.of(EtcdServer.freeEndpoint()),
                        new OkHttpClient(),
                        Duration.ofSeconds(2));

        assertThat(newLock(nowhere).request(new NodeIdentity("a", "x")))
                .isInstanceOfSatisfying(
                        LockAnswer.Unavailable.class,
                        answer ->
                                assertThat(answer.reason())
                                        .contains("no etcd endpoint can be reached"));
    }

    @Test
    void aGroupOrNodeWithAnImpossibleNameIsNamed() {
        assertThatThrownBy(() ->
                        new RebootLock(
                                server.client(),
                                "a/b",
                                InstantSource.system(),
                                () -> "r",
                                new Random(1)))
                .hasMessageContaining("group must be 1 to 128 of")
                .hasMessageContaining("a/b");
        assertThatThrownBy(() -> new NodeIdentity("", "x")).hasMessageContaining("node id");
    }

    private interface Numbered<T> {
        T run(int number);
    }

    private static <T> List<T> together(int count, Numbered<T> task)
            throws InterruptedException, ExecutionException {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<T>> tasks =
                    IntStream.range(0, count)
                            .<Callable<T>>mapToObj(i -> () -> task.run(i))
                            .toList();
            var answers = new ArrayList<T>();
            for (Future<T> answer : executor.invokeAll(tasks)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private RebootLock newLock() {
        return newLock(server.client());
    }

    private RebootLock newLock(EtcdClient etcd) {
        return new RebootLock(
                etcd,
                group,
                InstantSource.system(),
                () -> UUID.randomUUID().toString(),
                new Random(7));
    }

    private RebootStatus status() {
        return switch (lock.status()) {
            case GroupAnswer.Done(var status) -> status;
            case GroupAnswer.Refused refused -> throw new AssertionError(refused);
            case GroupAnswer.Unavailable unavailable -> throw new AssertionError(unavailable);
        };
    }

    private static KeyValue stored(Range range) {
        return switch (server.client().range(range)) {
            case EtcdResult.Known<Range.Answer>(var answer) -> answer.first().orElseThrow();
            case EtcdResult<Range.Answer> failed -> throw new AssertionError(failed);
        };
    }

    private static long granted(LockAnswer answer) {
        assertThat(answer).isInstanceOf(LockAnswer.Granted.class);
        return ((LockAnswer.Granted) answer).fence();
    }
}
