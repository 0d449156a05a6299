package io.keelson.reboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.reboot.Surroundings;
import io.keelson.reboot.Timepiece;
import io.keelson.reboot.store.FileStores;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** The policy file of a coordinator that runs. */
class PolicyWatchTest {
    private static final String ONE_SLOT = "{\"groups\":{\"default\":{\"slots\":1}}}";
    private static final String TWO_SLOTS = "{\"groups\":{\"default\":{\"slots\":2}}}";

    @TempDir Path directory;
    private Path file;
    private FileStores stores;
    private PolicyWatch watch;
    private Coordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(directory.resolve("policy.json"), ONE_SLOT);
        stores = FileStores.open(directory.resolve("groups"));
        watch = PolicyWatch.open(file, false);
        coordinator =
                new Coordinator(
                        watch.policies(),
                        new Coordinator.Parts(
                                stores::group,
                                Timepiece.of(InstantSource.system()),
                                () -> UUID.randomUUID().toString(),
                                new Random(1),
                                Surroundings.NONE,
                                false));
    }

    @AfterEach
    void stop() throws IOException {
        coordinator.close();
        stores.close();
    }

    @Test
    void aChangeIsAppliedOnceTheFileIsStill() throws Exception {
        lookAt(ONE_SLOT);
        Files.writeString(file, TWO_SLOTS.substring(0, 20));
        watch.look(coordinator);
        Files.writeString(file, TWO_SLOTS);
        watch.look(coordinator);
        String before = group();
        watch.look(coordinator);

        assertThat(before).contains("\"slots\":1").doesNotContain("policyProblem");
        assertThat(group())
                .contains("\"slots\":2", "\"actor\":\"policy file\"")
                .doesNotContain("policyProblem");
    }

    @Test
    void aFileThatCannotBeUsedLeavesThePolicyBeforeAndSaysWhy() throws Exception {
        lookAt(TWO_SLOTS);
        lookAt("{\"groups\":{\"default\":{\"slot\":1}}}");
        String bad = group();
        String badMetrics = get("/metrics");
        Files.delete(file);
        watch.look(coordinator);
        String gone = group();
        lookAt(TWO_SLOTS);

        assertThat(bad)
                .contains("\"slots\":2")
                .contains("\"policyProblem\":\"policy file " + file + ": group 'default': ")
                .contains("slot");
        assertThat(badMetrics).contains("keelson_reboot_policy_file_applied 0\n");
        assertThat(gone).contains("\"slots\":2", "cannot be read");
        assertThat(group()).contains("\"slots\":2").doesNotContain("policyProblem");
        assertThat(get("/metrics")).contains("keelson_reboot_policy_file_applied 1\n");
    }

    @Test
    void groupsComeAndGoWithTheFile() throws Exception {
        lookAt("{\"groups\":{\"edge\":{\"slots\":3},\"web\":{}}}");

        assertThat(get("/v2/groups")).isEqualTo("{\"groups\":[\"edge\",\"web\"]}");
        assertThat(group()).contains("unknown_group", "there is no group 'default'");
    }

    @Test
    void whatAnOperatorChangedStaysUntilTheFileChanges() throws Exception {
        lookAt(TWO_SLOTS);
        call("POST", "/v2/groups/default/max", "{\"max\":7}");
        lookAt(TWO_SLOTS);
        String before = group();
        lookAt(ONE_SLOT);

        assertThat(before).contains("\"slots\":7");
        assertThat(group()).contains("\"slots\":1");
    }

    @Test
    void votersOfAnEtcdThatNobodyCanSeeAreAMistakeInTheFile() throws IOException {
        Files.writeString(file, "{\"groups\":{\"etcd\":{\"etcdVoters\":{\"a\":\"n1\"}}}}");

        assertThatThrownBy(() -> PolicyWatch.open(file, false))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "policy file "
                                + file
                                + ": group 'etcd' has etcdVoters, but this coordinator keeps its"
                                + " groups in a directory and asks no etcd who is healthy: use one"
                                + " over etcd, or remove them");
        assertThat(PolicyWatch.open(file, true).policies().groups()).containsKey("etcd");
    }

    private void lookAt(String text) throws IOException {
        Files.writeString(file, text);
        watch.look(coordinator);
        watch.look(coordinator);
    }

    private String group() throws InterruptedException {
        return get("/v2/groups/default");
    }

    private String get(String path) throws InterruptedException {
        return call("GET", path, "");
    }

    private String call(String method, String path, String body) throws InterruptedException {
        var call =
                new HttpCall(
                        method,
                        path,
                        Map.of(),
                        Map.of(),
                        body.getBytes(StandardCharsets.UTF_8),
                        Caller.LOCAL);
        return new String(coordinator.handle(call).body(), StandardCharsets.UTF_8);
    }
}
