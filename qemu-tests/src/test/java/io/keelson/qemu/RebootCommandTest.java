package io.keelson.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.qemu.service.EtcdServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code keelson reboot}, as an operator types it, against a real etcd. */
@Timeout(180)
class RebootCommandTest {
    @TempDir static Path directory;
    private static EtcdServer etcd;

    @BeforeAll
    static void start() throws Exception {
        etcd = EtcdServer.start(directory.resolve("etcd"));
    }

    @AfterAll
    static void stop() {
        etcd.close();
    }

    @Test
    void aSlotIsTakenByHandAndFreedByHand() {
        assertThat(keelson("taken", "request", "window-cleaner"))
                .startsWith("0 window-cleaner holds a slot, fence ");
        assertThat(keelson("taken", "status")).startsWith("0 ").contains("window-cleaner");
        assertThat(keelson("taken", "release", "window-cleaner"))
                .isEqualTo("0 released window-cleaner");
    }

    @Test
    void whoIsNotServedInTimeLeavesTheQueue() {
        keelson("busy", "request", "first");

        assertThat(keelson("busy", "request", "second"))
                .startsWith("1 keelson: second was at position 1 and has left the queue: ");
        keelson("busy", "release", "first");
        assertThat(keelson("busy", "request", "third")).startsWith("0 third holds a slot");
    }

    @Test
    void whoNeitherHoldsNorWaitsCannotBeReleased() {
        assertThat(keelson("empty", "release", "nobody"))
                .isEqualTo(
                        "1 keelson: nobody neither holds a slot nor waits for one:"
                                + " see 'keelson reboot status'");
    }

    @Test
    void aHaltedGroupGrantsNothingUntilItIsResumed() {
        assertThat(keelson("halted", "halt", "--reason", "bad release")).startsWith("0 ");
        assertThat(keelson("halted", "request", "one")).startsWith("1 ").contains("bad release");
        assertThat(keelson("halted", "resume")).startsWith("0 ");
        assertThat(keelson("halted", "request", "one")).startsWith("0 one holds a slot");
    }

    /** Exit code and the first line of what was said. */
    private static String keelson(String group, String... command) {
        List<String> args = new ArrayList<>(List.of("reboot"));
        args.addAll(List.of(command));
        args.addAll(List.of("--group", group, "--etcd", etcd.endpoint().toString()));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        int code = Main.run(args, stream, stream);
        return code + " " + said.toString(StandardCharsets.UTF_8).strip();
    }
}
