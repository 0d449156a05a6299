package io.keelson.reboot.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.standalone.TestClient.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A coordinator over HTTP; the same tests for every store it may have. */
abstract class CoordinatorContract {
    @TempDir Path directory;

    private RunningCoordinator running;
    TestClient client;

    /** Names a store that is empty. */
    abstract List<String> store() throws IOException;

    @BeforeEach
    void serve() throws IOException {
        running = start("{\"groups\":{\"default\":{\"slots\":1}}}");
        client = new TestClient(running.uri());
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private RunningCoordinator start(String policy) throws IOException {
        Path file = Files.writeString(directory.resolve("policy.json"), policy);
        var args = new ArrayList<>(store());
        args.addAll(List.of("--listen", "127.0.0.1:0", "--policy", file.toString()));
        return RunningCoordinator.start(ServeOptions.parse(args), InstantSource.system());
    }

    void restart(String policy) throws IOException {
        running.close();
        running = start(policy);
        client = new TestClient(running.uri());
    }

    @Test
    void zincatisTurnIsTwoCalls() throws Exception {
        assertThat(client.preReboot("a", "?wait=0").status()).isEqualTo(200);
        assertThat(client.preReboot("a", "?wait=0").status()).isEqualTo(200);
        Answer second = client.preReboot("b", "?wait=0");
        assertThat(second.status()).isEqualTo(423);
        assertThat(second.kind()).isEqualTo("failed_lock_semaphore_full");
        assertThat(second.headers()).containsKey("retry-after");
        assertThat(client.steady("a").status()).isEqualTo(200);
        assertThat(client.steady("a").status()).isEqualTo(200);
        assertThat(client.preReboot("b", "?wait=0").status()).isEqualTo(200);
    }

    @Test
    void aLongPollIsGrantedTheMomentTheSlotIsFree() throws Exception {
        client.preReboot("a", "?wait=0");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> waiting = threads.submit(() -> client.preReboot("b", ""));
            awaitWaiting(1);

            client.steady("a");

            assertThat(waiting.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void whoeverWaitsIsServedInTheOrderOfItsComing() throws Exception {
        client.preReboot("first", "?wait=0");
        var order = java.util.Collections.synchronizedList(new ArrayList<String>());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                String id = "node-" + i;
                var _ =
                        threads.submit(() -> {
                            assertThat(client.preReboot(id, "?wait=60").status()).isEqualTo(200);
                            order.add(id);
                            return client.steady(id);
                        });
                awaitWaiting(i + 1);
            }
            client.steady("first");
        }
        assertThat(order).isEqualTo(IntStream.range(0, 20).mapToObj(i -> "node-" + i).toList());
    }

    @Test
    void aStormGetsExactlyTheSlotsAndNoErrors() throws Exception {
        assertThat(client.post("/v2/groups/default/max", "{\"max\":5}").status()).isEqualTo(200);

        List<Answer> answers = together(500, i -> client.preReboot("node-" + i, "?wait=0"));
        List<Answer> releases = together(500, i -> client.steady("node-" + i));

        assertThat(answers).extracting(Answer::status).containsOnly(200, 423);
        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(5);
        assertThat(releases).extracting(Answer::status).containsOnly(200);
        assertThat(client.get("/v2/groups/default").body()).contains("\"holders\":[]");
    }

    @Test
    void aTurnWithABootIdIsCommittedReportedAndReleased() throws Exception {
        Answer granted = client.preReboot("a", "boot-1", "1.0", "?wait=0");
        String fence = "{\"bootId\":\"boot-1\",\"fence\":" + granted.fence() + "}";

        assertThat(client.post("/v2/reboots/default/a/drain", fence).field("state"))
                .isEqualTo("draining");
        assertThat(client.post("/v2/reboots/default/a/commit", fence).field("state"))
                .isEqualTo("committed");
        assertThat(client.post("/v2/reboots/default/a/rebooting", fence).field("state"))
                .isEqualTo("rebooting");
        assertThat(report("boot-2", "1.1", false).field("state")).isEqualTo("pending");
        assertThat(report("boot-2", "1.1", true).field("state")).isEqualTo("released");
        assertThat(client.get("/v2/groups/default").body())
                .contains("\"event\":\"granted a as granted\"")
                .contains("\"event\":\"released a from returned\"");
    }

    @Test
    void aV2RequestTellsTheFenceOrThePlaceInLine() throws Exception {
        Answer first = client.post("/v2/reboots/default/a/request?wait=0", "{\"bootId\":\"b1\"}");
        Answer second = client.post("/v2/reboots/default/b/request?wait=0", "{\"bootId\":\"b1\"}");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.field("id")).isEqualTo("a");
        assertThat(first.field("state")).isEqualTo("granted");
        assertThat(first.fence()).isPositive();
        assertThat(second.status()).isEqualTo(423);
        assertThat(second.kind()).isEqualTo("failed_lock_semaphore_full");
        assertThat(second.field("position")).isEqualTo("1");
        assertThat(second.field("value")).isEqualTo("all 1 slots are held, by a (granted)");
    }

    @Test
    void whoeverGivesUpWhileItsRequestWaitsIsOutOfTheLine() throws Exception {
        client.preReboot("a", "?wait=0");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> waiting =
                    threads.submit(() ->
                            client.post(
                                    "/v2/reboots/default/b/request?wait=1", "{\"bootId\":\"b1\"}"));
            awaitWaiting(1);

            client.post("/v2/reboots/default/b/abandon", "{\"bootId\":\"b1\"}");

            assertThat(waiting.get(20, TimeUnit.SECONDS).status()).isEqualTo(423);
            assertThat(client.get("/v2/groups/default").field("waiting")).isEqualTo("0");
        }
    }

    @Test
    void aHostThatSaysItsRebootFailedIsCountedAndFreesItsSlot() throws Exception {
        client.post("/v2/reboots/default/a/request?wait=0", "{\"bootId\":\"b1\"}");

        Answer failed =
                client.post(
                        "/v2/reboots/default/a/failed",
                        "{\"bootId\":\"b2\",\"reason\":\"health gate failed\"}");

        assertThat(failed.field("state")).isEqualTo("released");
        assertThat(client.get("/v2/groups/default").body())
                .contains("\"holders\":[]", "\"used\":1", "health gate failed");
    }

    @Test
    void aRebootThatNeverHappenedIsAFailureAndNotASuccess() throws Exception {
        Answer granted = client.preReboot("a", "boot-1", "1.0", "?wait=0");
        client.post(
                "/v2/reboots/default/a/commit",
                "{\"bootId\":\"boot-1\",\"fence\":" + granted.fence() + "}");

        Answer done = report("boot-1", "1.0", true);

        assertThat(done.status()).isEqualTo(200);
        assertThat(done.field("state")).isEqualTo("failed");
        assertThat(client.get("/v2/groups/default").body())
                .contains("\"state\":\"failed\"")
                .contains("\"budget\":{\"used\":1,\"left\":2}");
    }

    @Test
    void anOldFenceIsFenced() throws Exception {
        Answer granted = client.preReboot("a", "boot-1", "", "?wait=0");
        client.post("/v2/groups/default/release/a", "{\"reason\":\"x\"}");
        client.preReboot("a", "boot-1", "", "?wait=0");

        Answer commit =
                client.post(
                        "/v2/reboots/default/a/commit",
                        "{\"bootId\":\"boot-1\",\"fence\":" + granted.fence() + "}");

        assertThat(commit.status()).isEqualTo(409);
        assertThat(commit.kind()).isEqualTo("fenced");
    }

    @Test
    void aHaltedGroupSaysWhyUntilItIsResumed() throws Exception {
        client.post("/v2/groups/default/halt", "{\"reason\":\"ceph repair\",\"actor\":\"ann\"}");
        Answer halted = client.preReboot("a", "?wait=0");
        client.post("/v2/groups/default/resume", "{\"actor\":\"ann\"}");

        assertThat(halted.status()).isEqualTo(423);
        assertThat(halted.kind()).isEqualTo("group_halted");
        assertThat(halted.field("value")).contains("ceph repair");
        assertThat(client.preReboot("a", "?wait=0").status()).isEqualTo(200);
        assertThat(client.get("/v2/groups/default").body())
                .contains("\"actor\":\"ann\",\"event\":\"resumed\"");
    }

    @Test
    void holdersAndWaitersSurviveARestartAndAChangedPolicyIsApplied() throws Exception {
        long fence = client.preReboot("a", "?wait=0").fence();
        client.preReboot("b", "?wait=0");
        client.preReboot("c", "?wait=0");

        restart("{\"groups\":{\"default\":{\"slots\":2}}}");
        awaitSlots(2);

        assertThat(client.preReboot("a", "?wait=0").fence()).isEqualTo(fence);
        assertThat(client.preReboot("c", "?wait=0").status()).isEqualTo(423);
        assertThat(client.preReboot("b", "?wait=0").status()).isEqualTo(200);
    }

    @Test
    void whatAnOperatorChangedOutlivesARestartWithTheSamePolicy() throws Exception {
        client.post("/v2/groups/default/max", "{\"max\":\"50%\"}");

        restart("{\"groups\":{\"default\":{\"slots\":1}}}");

        assertThat(client.get("/v2/groups/default").body()).contains("\"slots\":\"50%\"");
    }

    @Test
    void steadyStateOfOneThatHoldsNothingWritesNothing() throws Exception {
        client.preReboot("a", "?wait=0");
        String before = client.get("/v2/groups/default").field("revision");

        assertThat(client.steady("stranger").status()).isEqualTo(200);

        assertThat(client.get("/v2/groups/default").field("revision")).isEqualTo(before);
    }

    @Test
    void aClosedWindowIsNamedWithItsNextStart() throws Exception {
        restart("{\"groups\":{\"default\":{\"blackouts\":[\"2020-01-01..2029-12-31\"]}}}");
        awaitOutsideWindow();

        Answer answer = client.preReboot("a", "?wait=0");

        assertThat(answer.status()).isEqualTo(423);
        assertThat(answer.kind()).isEqualTo("outside_window");
    }

    private void awaitOutsideWindow() throws Exception {
        while (!client.get("/v2/groups/default").body().contains("2029-12-31")) {
            Thread.onSpinWait();
        }
    }

    private Answer report(String boot, String version, boolean healthy) throws Exception {
        return client.post(
                "/v2/reboots/default/a/report",
                "{\"bootId\":\"%s\",\"version\":\"%s\",\"healthy\":%s,\"checks\":[]}"
                        .formatted(boot, version, healthy));
    }

    private void awaitWaiting(int count) throws Exception {
        while (!client.get("/v2/groups/default").field("waiting").equals("" + count)) {
            Thread.onSpinWait();
        }
    }

    private void awaitSlots(int count) throws Exception {
        while (!client.get("/v2/groups/default").field("slots").equals("" + count)) {
            Thread.onSpinWait();
        }
    }

    private interface Numbered {
        Answer run(int number) throws Exception;
    }

    private static List<Answer> together(int count, Numbered task) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer>> tasks =
                    IntStream.range(0, count)
                            .<Callable<Answer>>mapToObj(i -> () -> task.run(i))
                            .toList();
            var answers = new ArrayList<Answer>();
            for (Future<Answer> answer : executor.invokeAll(tasks)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
