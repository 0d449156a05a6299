package io.keelson.qemu.demo;

import io.keelson.cli.terminal.Terminal;
import io.keelson.qemu.lab.Attempts;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabSettings;
import io.keelson.qemu.lab.ScenarioFailed;
import io.keelson.qemu.machine.Accelerator;
import io.keelson.qemu.timeline.Timeline;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The main job, end to end. */
@Command(
        name = "demo",
        description = "the main job, end to end: build, serve, boot, update, fall back, refuse",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--dir",
            description = "keys, releases, downloads and logs (default: .demo in the project)")
    private Optional<Path> directory = Optional.empty();

    @Option(
            names = "--keep",
            description = "leave everything running at the end and tell how to look around")
    private boolean keep;

    @Option(names = "--port", description = "port of the update server (default: any free one)")
    private int port;

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description = "Debian archive (default: this machine's apt sources)")
    private Optional<URI> mirror = Optional.empty();

    @Option(
            names = "--security-mirror",
            paramLabel = "URL",
            description = "archive of trixie-security (default: likewise)")
    private Optional<URI> securityMirror = Optional.empty();

    @Option(
            names = "--accel",
            paramLabel = "kvm|tcg",
            description = "do not probe for KVM, use this")
    private Optional<Accelerator.Kind> accelerator = Optional.empty();

    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            Attempts.Passed<DemoScenario> passed =
                    Attempts.run(settings(), this::timeline, DemoScenario::pass);
            try (Lab lab = passed.lab()) {
                lab.timeline().table();
                if (keep) {
                    stay(passed.result());
                }
            }
            return 0;
        } catch (ScenarioFailed _) {
            return 1;
        }
    }

    private void stay(DemoScenario scenario) throws InterruptedException {
        scenario.lookAround().forEach(terminal.out()::println);
        terminal.out().println("everything keeps running until you press Ctrl-C");
        TimeUnit.DAYS.sleep(Integer.MAX_VALUE);
    }

    private Timeline timeline(Path file) throws IOException {
        return Timeline.open(terminal.out(), terminal.interactive(), file, terminal.clock());
    }

    private LabSettings settings() {
        Path store =
                directory.orElse(terminal.home().resolve(".demo")).toAbsolutePath().normalize();
        return new LabSettings(
                terminal.home(),
                store,
                store.resolve("run"),
                port,
                new LabSettings.Sources(mirror, securityMirror, accelerator),
                terminal.clock());
    }
}
