package io.keelson.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.engine.config.ConnectionSettings;
import io.keelson.engine.install.InstallListener;
import io.keelson.engine.install.InstallResult;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.FileKind;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.etcd.TlsFiles;
import io.keelson.host.Command;
import io.keelson.host.Dialogue;
import io.keelson.omaha.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Both ends of the pipe: keelsond's here, a worker's in a process of its own. */
@Timeout(60)
class WorkerTest {
    private static final ReleaseVersion RUNNING = new ReleaseVersion("1.0.0");
    private static final OfferedFile FULL =
            OfferedFile.full(List.of(URI.create("https://u.example/p")), 1000, "f".repeat(64));
    private static final OfferedFile DELTA =
            new OfferedFile(
                    FileKind.DELTA,
                    List.of(URI.create("https://u.example/d")),
                    100,
                    "d".repeat(64),
                    "r");
    private static final Offer OFFER = new Offer(new ReleaseVersion("1.1.0"), FULL, List.of(DELTA));
    private static final Fetched FETCHED = new Fetched(FileKind.FULL, 1100, 1000, "why \"not\"");
    private static final WorkerJob.Settings SETTINGS =
            new WorkerJob.Settings(
                    URI.create("https://u.example/v1/update/"),
                    new ConnectionSettings(
                            "app",
                            new TlsFiles(
                                    Optional.of(Path.of("/ca.pem")),
                                    Optional.of(
                                            new TlsFiles.ClientIdentity(
                                                    Path.of("/own.pem"), Path.of("/own.key")))),
                            Optional.of(URI.create("http://me:secret@proxy:3128")),
                            List.of(".example")),
                    3);

    private final List<String> heard = new ArrayList<>();
    private String refusal = "";

    @Test
    void everyStepIsHeardInItsOrderAndTheResultIsTheInstallations() {
        assertThat(install("whole")).isEqualTo(new InstallResult.Installed(FETCHED));
        assertThat(heard)
                .containsExactly(
                        "accepted B delta",
                        "detoured delta does not fit\nhere true",
                        "accepted B full",
                        "continued full",
                        "progressed 10 of 1000",
                        "progressed 1000 of 1000",
                        "verifying",
                        "written " + FETCHED);
    }

    @Test
    void theJobArrivesAsItWasGiven() throws Exception {
        var job = new WorkerJob(OFFER, RUNNING, SETTINGS);
        assertThat(WorkerJob.of(job.line())).isEqualTo(job);

        var plain =
                new WorkerJob(
                        OFFER,
                        RUNNING,
                        new WorkerJob.Settings(
                                SETTINGS.server(),
                                new ConnectionSettings(
                                        "app",
                                        new TlsFiles(Optional.empty(), Optional.empty()),
                                        Optional.empty(),
                                        List.of()),
                                1));
        assertThat(WorkerJob.of(plain.line())).isEqualTo(plain);
    }

    @Test
    void failuresKeepTheirCodeAndTheirSentence() {
        assertThat(install("failed")).isEqualTo(new InstallResult.Failed(9, "no server"));
        assertThat(install("refused")).isEqualTo(new InstallResult.Refused(10, "not signed"));
    }

    @Test
    void whatIsNotRememberedHereEndsTheInstallationThere() {
        refusal = "the state file is\nfull";

        assertThat(install("whole"))
                .isEqualTo(
                        new InstallResult.Failed(
                                ErrorCode.POSTINSTALL_RUNNER, "the state file is full"));
        assertThat(heard).doesNotContain("written " + FETCHED);
    }

    @Test
    void killedWorkerIsAFailedInstallation() {
        assertThat(install("killed")).isEqualTo(failed("it ended without a result, exit code 137"));
        assertThat(heard).containsExactly("accepted B full");
    }

    @Test
    void aShortcutThatEndsAWorkerIsNotTakenAgain() {
        var argv = new ArrayList<>(java());
        argv.add("killed-by-a-delta");
        var installer = new WorkerInstaller(argv, SETTINGS);

        InstallResult first = installer.install(OFFER, RUNNING, new Recorder());
        InstallResult second = installer.install(OFFER, RUNNING, new Recorder());

        assertThat(first).isEqualTo(failed("it ended without a result, exit code 137"));
        assertThat(second).isEqualTo(new InstallResult.Installed(FETCHED));
        assertThat(heard).containsExactly("accepted B delta", "accepted B full");
    }

    @Test
    void whyAWorkerCannotBeginIsItsResult() {
        var other = new WorkerJob.Settings(SETTINGS.server(), SETTINGS.connection(), 4);
        var argv = new ArrayList<>(java());
        argv.add("whole");

        assertThat(new WorkerInstaller(argv, other).install(OFFER, RUNNING, new Recorder()))
                .isEqualTo(
                        new InstallResult.Failed(
                                ErrorCode.POSTINSTALL_RUNNER, "other settings: 4 tries"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "{\"event\":\"dance\"}", "{\"event\":\"installed\"}", "[]"})
    void outputThatNobodyUnderstandsIsAFailedInstallation(String output) {
        InstallResult result =
                install(List.of("sh", "-c", "read job; printf '%s\\n' '" + output + "'; cat"));

        assertThat(result)
                .isInstanceOfSatisfying(
                        InstallResult.Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .startsWith("the process that installs 1.1.0 failed: "));
        assertThat(heard).isEmpty();
    }

    @Test
    void endlessLineAndUnknownFileAreFailedInstallations() {
        assertThat(install(List.of("sh", "-c", "read job; tr '\\0' x </dev/zero")))
                .isEqualTo(failed("a line is longer than 1048576 bytes"));
        assertThat(
                        install(
                                List.of(
                                        "sh",
                                        "-c",
                                        "read job; echo '{\"event\":\"continued\",\"file\":\"x\"}'; read why; echo \"$why\"")))
                .isInstanceOf(InstallResult.Failed.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void programThatIsNotThereIsAFailedInstallation() {
        assertThat(install(List.of("/nowhere/keelson", "apply-worker")))
                .isInstanceOfSatisfying(
                        InstallResult.Failed.class,
                        failed -> assertThat(failed.reason()).contains("/nowhere/keelson"));
    }

    @Test
    void workerEndsWhenKeelsondDoes() throws Exception {
        // The shell stands for keelsond: only it holds the other end, and it is killed.
        String job = new WorkerJob(OFFER, RUNNING, SETTINGS).line();
        String keelsond =
                "echo $$; (printf '%s\\n' '" + job + "'; exec sleep 50) | exec \"$@\" endless";
        try (Dialogue shell = Command.converse(shell(keelsond), 1 << 16)) {
            assertThat(shell.hear()).isNotNull();
            assertThat(shell.hear()).contains("accepted");
            ProcessHandle worker =
                    ProcessHandle.of(shell.pid())
                            .orElseThrow()
                            .descendants()
                            .filter(p -> p.info().command().orElse("").endsWith("/java"))
                            .findFirst()
                            .orElseThrow();
            ProcessHandle writer =
                    ProcessHandle.of(shell.pid())
                            .orElseThrow()
                            .descendants()
                            .filter(p -> p.info().command().orElse("").contains("sleep"))
                            .findFirst()
                            .orElseThrow();

            assertThat(writer.destroyForcibly()).isTrue();

            assertThat(worker.onExit().get().isAlive()).isFalse();
        }
    }

    @Test
    void withoutAJobAWorkerSaysWhoStartsIt() {
        assertThatThrownBy(() ->
                        Worker.run(
                                new ByteArrayInputStream(new byte[0]),
                                OutputStream.nullOutputStream(),
                                _ -> (_, _, _) -> new InstallResult.Installed(FETCHED),
                                () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no job on stdin; only keelsond starts this");
    }

    private static List<String> shell(String script) {
        var argv = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        argv.addAll(java());
        return argv;
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                ScriptedWorker.class.getName());
    }

    private InstallResult install(String script) {
        var argv = new ArrayList<>(java());
        argv.add(script);
        return install(argv);
    }

    private InstallResult install(List<String> argv) {
        return new WorkerInstaller(argv, SETTINGS).install(OFFER, RUNNING, new Recorder());
    }

    private static InstallResult failed(String reason) {
        return new InstallResult.Failed(
                ErrorCode.POSTINSTALL_RUNNER, "the process that installs 1.1.0 failed: " + reason);
    }

    /** A worker whose installation goes as its argument says. */
    static final class ScriptedWorker {
        private ScriptedWorker() {}

        public static void main(String[] args) throws IOException {
            Worker.run(
                    System.in,
                    System.out,
                    settings -> {
                        if (!settings.equals(SETTINGS)) {
                            throw new IOException("other settings: " + settings.tries() + " tries");
                        }
                        return (offer, _, listener) ->
                                args[0].equals("killed-by-a-delta")
                                        ? shortest(offer, listener)
                                        : play(args[0], listener);
                    },
                    () -> Runtime.getRuntime().halt(1));
        }

        /** Takes the shortcut if there is one, and ends in it. */
        private static InstallResult shortest(Offer offer, InstallListener listener) {
            boolean isShort = !offer.shortcuts().isEmpty();
            try {
                listener.accepted(Slot.B, isShort ? offer.shortcuts().getFirst() : offer.full());
            } catch (IOException e) {
                return new InstallResult.Failed(1, String.valueOf(e.getMessage()));
            }
            if (isShort) {
                Runtime.getRuntime().halt(137);
            }
            return new InstallResult.Installed(FETCHED);
        }

        private static InstallResult play(String script, InstallListener listener) {
            try {
                return switch (script) {
                    case "whole" -> whole(listener);
                    case "failed" -> new InstallResult.Failed(9, "no server");
                    case "refused" -> new InstallResult.Refused(10, "not signed");
                    case "killed" -> {
                        listener.accepted(Slot.B, FULL);
                        Runtime.getRuntime().halt(137);
                        yield new InstallResult.Installed(FETCHED);
                    }
                    default -> {
                        listener.accepted(Slot.B, FULL);
                        yield new InstallResult.Installed(FETCHED);
                    }
                };
            } catch (IOException e) {
                return new InstallResult.Failed(
                        ErrorCode.POSTINSTALL_RUNNER, String.valueOf(e.getMessage()));
            }
        }

        private static InstallResult whole(InstallListener listener) throws IOException {
            listener.accepted(Slot.B, DELTA);
            listener.detoured(DELTA, "does not fit\nhere", true);
            listener.accepted(Slot.B, FULL);
            listener.continued(FULL);
            listener.progressed(10, 1000);
            listener.progressed(11, 1000);
            listener.progressed(1000, 1000);
            listener.verifying();
            listener.contentWritten(FETCHED);
            return new InstallResult.Installed(FETCHED);
        }
    }

    private final class Recorder implements InstallListener {
        @Override
        public void accepted(Slot target, OfferedFile file) {
            heard.add("accepted " + target + " " + file.kind().text());
        }

        @Override
        public void continued(OfferedFile file) {
            heard.add("continued " + file.kind().text());
        }

        @Override
        public void progressed(long doneBytes, long totalBytes) {
            heard.add("progressed " + doneBytes + " of " + totalBytes);
        }

        @Override
        public void verifying() {
            heard.add("verifying");
        }

        @Override
        public void detoured(OfferedFile file, String reason, boolean isLasting) {
            heard.add("detoured " + file.kind().text() + " " + reason + " " + isLasting);
        }

        @Override
        public void contentWritten(Fetched fetched) throws IOException {
            if (!refusal.isEmpty()) {
                throw new IOException(refusal);
            }
            heard.add("written " + fetched);
        }
    }
}
