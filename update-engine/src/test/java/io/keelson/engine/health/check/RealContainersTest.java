package io.keelson.engine.health.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keelson.host.Command;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Against Debian's runc, with containers that sleep. */
@EnabledIf(value = "isRoot", disabledReason = "containers are started by root only here")
class RealContainersTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** The system's own /usr, seen from a root of its own. */
    private static final String CONFIG =
            """
            {
              "ociVersion": "1.0.2",
              "process": {
                "user": {"uid": 0, "gid": 0},
                "args": ["/usr/bin/sleep", "600"],
                "env": ["PATH=/usr/bin"],
                "cwd": "/"
              },
              "root": {"path": "rootfs"},
              "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]}
              ],
              "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]}
            }
            """;

    @TempDir Path directory;
    private final List<String> started = new ArrayList<>();

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    @BeforeEach
    void prepare() throws IOException {
        Path root = Files.createDirectories(directory.resolve("bundle/rootfs"));
        Files.writeString(directory.resolve("bundle/config.json"), CONFIG);
        Files.createDirectory(root.resolve("usr"));
        for (String link : List.of("lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (String container : started) {
            Command.run(runc("delete", "--force", container), LIMIT);
        }
    }

    @Test
    @Timeout(120)
    void onlyWhatRunsIsUp() throws Exception {
        String web = start("web");
        String db = start("db");
        assertThat(look(web, db)).isEqualTo(new CheckOutcome.Passed());

        Command.run(runc("kill", web, "KILL"), LIMIT).orThrow("killing");
        while (look(web) instanceof CheckOutcome.Passed) {
            Thread.sleep(20);
        }
        assertThat(look(web, db))
                .isEqualTo(
                        new CheckOutcome.Waiting("container " + web + " is not running: stopped"));

        Command.run(runc("delete", "--force", db), LIMIT).orThrow("removing");
        assertThat(look(db))
                .isInstanceOfSatisfying(
                        CheckOutcome.Waiting.class,
                        waiting ->
                                assertThat(waiting.reason())
                                        .startsWith("container " + db + " is not running: ")
                                        .contains("container does not exist"));
    }

    private String start(String name) throws Exception {
        String container = "keelson-test-" + name + "-" + ProcessHandle.current().pid();
        started.add(container);
        // A shell, since the container inherits the streams and would keep ours open.
        String command = String.join(" ", runc("run", "--detach", container));
        Path log = directory.resolve("log");
        var result =
                Command.run(
                        List.of(
                                "sh",
                                "-c",
                                "cd '%s' && %s >'%s' 2>&1 </dev/null"
                                        .formatted(directory.resolve("bundle"), command, log)),
                        LIMIT);
        // A place without control groups runs none; anything else would be this test's own mistake.
        String said = Files.readString(log);
        assumeTrue(result.ok() || !said.contains("cgroup"), said);
        assertThat(result.ok()).as(said).isTrue();
        return container;
    }

    private List<String> runc(String... arguments) {
        var command = new ArrayList<>(List.of("runc", "--root", state().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Path state() {
        return directory.resolve("state");
    }

    private CheckOutcome look(String... containers) throws InterruptedException {
        return new RunningContainers(
                        "containers:shop",
                        Command::run,
                        new RunningContainers.OciRuntime("runc", state()),
                        List.of(containers))
                .look(LIMIT);
    }
}
