package io.keelson.engine.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.control.ControlAnswer;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.host.ChildProcess;
import io.keelson.host.Command;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Against a real dbus-daemon, with the image's policy, asked by the tools operators use. */
@Timeout(60)
class UpdateServiceTest {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Path POLICY =
            Path.of("src/main/dist/share/dbus-1/system.d/com.coreos.update1.conf");

    @TempDir Path directory;
    private Path socket;
    private ChildProcess bus;
    private UpdateService service;
    private final List<String> asked = new ArrayList<>();
    private volatile boolean isRefusing;
    private volatile AgentRecord memory =
            AgentRecord.first("1.0.0").checkedAt(Instant.ofEpochSecond(1_700_000_000));

    @BeforeEach
    void start() throws Exception {
        socket = directory.resolve("bus");
        service = UpdateService.start(socket, this::handle, () -> memory, SOON);
        startBus();
    }

    /** As Debian's system.conf: nobody owns a name or calls a method unless a policy says so. */
    private void startBus() throws Exception {
        Path config =
                Files.writeString(
                        directory.resolve("bus.conf"),
                        """
                        <busconfig>
                          <type>system</type>
                          <listen>unix:path=%s</listen>
                          <auth>EXTERNAL</auth>
                          <policy context="default">
                            <allow user="*"/>
                            <deny own="*"/>
                            <deny send_type="method_call"/>
                            <allow send_type="signal"/>
                            <allow send_requested_reply="true" send_type="method_return"/>
                            <allow send_requested_reply="true" send_type="error"/>
                            <allow receive_type="method_call"/>
                            <allow receive_type="method_return"/>
                            <allow receive_type="error"/>
                            <allow receive_type="signal"/>
                            <allow send_destination="org.freedesktop.DBus"/>
                          </policy>
                          <include>%s</include>
                        </busconfig>
                        """
                                .formatted(socket, POLICY.toAbsolutePath()));
        bus =
                Command.start(
                        List.of("dbus-daemon", "--nofork", "--config-file=" + config),
                        directory.resolve("bus.log"),
                        Map.of());
        while (!run("gdbus", "wait", "--address", address(), "--timeout", "1", UpdateInterface.NAME)
                .ok()) {
            assertThat(bus.isAlive()).as(Files.readString(directory.resolve("bus.log"))).isTrue();
        }
    }

    @AfterEach
    void stop() {
        service.close();
        bus.close();
    }

    @Test
    void statusIsThatOfUpdateEngine() throws Exception {
        assertThat(call("GetStatus").stdout().strip())
                .isEqualTo("(int64 1700000000, 0.0, 'UPDATE_STATUS_IDLE', '0.0.0', int64 0)");

        memory = downloading(25);

        assertThat(call("GetStatus").stdout().strip())
                .isEqualTo(
                        "(int64 1700000000, 0.25, 'UPDATE_STATUS_DOWNLOADING', '1.1.0', int64"
                                + " 100)");
    }

    @Test
    void otherToolsUnderstandItToo() throws Exception {
        memory = needsReboot();

        Command.Result busctl =
                run(
                        "busctl",
                        "--address=" + address(),
                        "call",
                        UpdateInterface.NAME,
                        UpdateInterface.OBJECT,
                        UpdateInterface.INTERFACE,
                        "GetStatus");
        Command.Result tree = run("busctl", "--address=" + address(), "tree", UpdateInterface.NAME);
        Command.Result dbusSend =
                run(
                        "dbus-send",
                        "--bus=" + address(),
                        "--print-reply",
                        "--dest=" + UpdateInterface.NAME,
                        UpdateInterface.OBJECT,
                        UpdateInterface.INTERFACE + ".GetStatus");

        assertThat(busctl.stdout().strip())
                .isEqualTo("xdssx 1700000000 1 \"UPDATE_STATUS_UPDATED_NEED_REBOOT\" \"1.1.0\" 0");
        assertThat(tree.stdout()).contains("/com/coreos/update1");
        assertThat(dbusSend.stdout()).contains("string \"UPDATE_STATUS_UPDATED_NEED_REBOOT\"");
    }

    @Test
    void attemptAndResetReachTheAgent() throws Exception {
        assertThat(call("AttemptUpdate").ok()).isTrue();
        assertThat(call("ResetStatus").ok()).isTrue();
        memory = needsReboot();
        assertThat(call("ResetStatus").ok()).isTrue();

        assertThat(asked).containsExactly("POST /check", "POST /rollback");
    }

    @Test
    @EnabledIf("isRoot")
    void everybodyMayLookAndOnlyRootMayAct() throws Exception {
        Command.Result status = callAsNobody("GetStatus");
        Command.Result attempt = callAsNobody("AttemptUpdate");
        Command.Result reset = callAsNobody("ResetStatus");

        assertThat(status.stdout()).contains("UPDATE_STATUS_IDLE");
        assertThat(attempt.stderr()).contains("AccessDenied");
        assertThat(reset.stderr()).contains("AccessDenied");
        assertThat(asked).isEmpty();
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Test
    void refusalIsAnErrorWithTheAgentsSentence() throws Exception {
        isRefusing = true;

        Command.Result result = call("AttemptUpdate");

        assertThat(result.ok()).isFalse();
        assertThat(result.stderr())
                .contains("com.coreos.update1.Error.Failed: updates are disabled");
    }

    @Test
    void methodThatIsNotThereIsNamed() throws Exception {
        assertThat(call("Reboot").stderr())
                .contains("there is no method com.coreos.update1.Manager.Reboot");
    }

    @Test
    void listenersAreToldOfEachChange() throws Exception {
        Path log = directory.resolve("monitor.log");
        try (ChildProcess _ =
                Command.start(
                        List.of(
                                "gdbus",
                                "monitor",
                                "--address",
                                address(),
                                "--dest",
                                UpdateInterface.NAME),
                        log,
                        Map.of())) {
            awaitText(log, "is owned by");
            memory = downloading(50);
            awaitText(log, "UPDATE_STATUS_DOWNLOADING");
            memory = needsReboot();
            awaitText(log, "UPDATE_STATUS_UPDATED_NEED_REBOOT");
        }

        assertThat(Files.readString(log))
                .contains(
                        "/com/coreos/update1: com.coreos.update1.Manager.StatusUpdate (int64"
                                + " 1700000000, 0.5, 'UPDATE_STATUS_DOWNLOADING', '1.1.0', int64"
                                + " 100)");
    }

    @Test
    void busThatIsStartedAgainIsJoinedAgain() throws Exception {
        bus.close();
        Files.deleteIfExists(socket);

        startBus();

        assertThat(call("GetStatus").ok()).isTrue();
    }

    private ControlAnswer handle(ControlRequest request) {
        asked.add(request.method() + " " + request.path());
        return isRefusing
                ? ControlAnswer.conflict("updates are disabled")
                : ControlAnswer.ok(JsonObject.empty());
    }

    private AgentRecord downloading(long doneBytes) {
        var offer =
                new Offer(
                        new ReleaseVersion("1.1.0"),
                        OfferedFile.full(List.of(URI.create("http://h/p")), 100, "ab".repeat(32)),
                        List.of());
        return idle().after(new AgentEvent.CheckStarted())
                .after(new AgentEvent.UpdateOffered(offer))
                .after(new AgentEvent.DownloadStarted())
                .after(new AgentEvent.Progressed(doneBytes));
    }

    private AgentRecord needsReboot() {
        return idle().after(
                        new AgentEvent.SwitchPrepared(
                                new PendingSwitch(
                                        new ReleaseVersion("1.0.0"),
                                        new ReleaseVersion("1.1.0"),
                                        "b",
                                        PendingSwitch.Kind.UPDATE)));
    }

    private static AgentRecord idle() {
        return AgentRecord.first("1.0.0").checkedAt(Instant.ofEpochSecond(1_700_000_000));
    }

    private Command.Result call(String method) throws Exception {
        return run(calling(method).toArray(String[]::new));
    }

    /** User 65534 is Debian's nobody. */
    private Command.Result callAsNobody(String method) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        var argv =
                new ArrayList<>(
                        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        argv.addAll(calling(method));
        return run(argv.toArray(String[]::new));
    }

    private List<String> calling(String method) {
        return List.of(
                "gdbus",
                "call",
                "--address",
                address(),
                "--dest",
                UpdateInterface.NAME,
                "--object-path",
                UpdateInterface.OBJECT,
                "--method",
                UpdateInterface.INTERFACE + "." + method);
    }

    private static Command.Result run(String... argv) throws Exception {
        return Command.run(Stream.of(argv).toList(), Duration.ofSeconds(30));
    }

    private String address() {
        return "unix:path=" + socket;
    }

    private static void awaitText(Path file, String text) throws Exception {
        while (!Files.exists(file) || !Files.readString(file).contains(text)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
