package io.keelson.qemu;

import io.keelson.cli.CommandGroup;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Terminal;
import io.keelson.qemu.machine.Accelerator;
import io.keelson.qemu.machine.Credentials;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;
import io.keelson.qemu.service.Belongings;
import io.keelson.qemu.service.Custody;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A built image under QEMU. */
@Command(
        name = "vm",
        description = "runs a built image under QEMU",
        mixinStandardHelpOptions = true)
final class VmCommand extends CommandGroup {
    /** Settings of a host are a few lines. */
    private static final long CONFIG_BYTES_MAX = 64 << 10;

    private static final long POLL_MILLIS = 100;

    private final Terminal terminal;

    VmCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What kind of machine. */
    static final class Settings {
        @Option(
                names = "--dir",
                description =
                        "the machine's disk, variables and logs (default: vm next to the image)")
        private Optional<Path> directory = Optional.empty();

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "settings of the host (update.conf), handed in as a credential")
        private Optional<Path> config = Optional.empty();

        @Option(names = "--accel", paramLabel = "kvm|tcg", description = "do not probe, use this")
        private Optional<Accelerator.Kind> accelerator = Optional.empty();

        @Option(
                names = "--resume",
                description = "use the machine's disk as it is instead of a fresh one")
        private boolean resume;
    }

    @Command(
            name = "run",
            description =
                    "boots disk.img with its own disk on top; the console is shown until the machine is switched off",
            mixinStandardHelpOptions = true)
    int run(
            @Parameters(
                            paramLabel = "IMAGE",
                            description = "disk.img, or the directory of an image build")
                    Path image,
            @Mixin Settings settings)
            throws IOException, InterruptedException {
        try (Belongings belongings = Belongings.open()) {
            Path disk = Files.isDirectory(image) ? image.resolve("disk.img") : image;
            MachineSpec spec = spec(disk, settings, belongings::hold);
            Accelerator accelerator = spec.accelerator();
            terminal.err().println("accelerator: " + accelerator.kind() + ", " + accelerator.why());
            VirtualMachine machine =
                    belongings.hold(
                            settings.resume
                                    ? VirtualMachine.start(spec, belongings::hold)
                                    : VirtualMachine.create(spec, belongings::hold));
            terminal.err()
                    .println(
                            "to type on its console: socat -,raw,echo=0 UNIX-CONNECT:"
                                    + machine.consoleSocket());
            int shown = 0;
            while (machine.isRunning()) {
                String news = machine.console().since(shown);
                shown += news.length();
                terminal.out().print(news);
                terminal.out().flush();
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
        return 0;
    }

    private static MachineSpec spec(Path image, Settings settings, Custody custody)
            throws IOException, InterruptedException {
        if (!Files.exists(image)) {
            throw new CommandFailure(
                    "there is no image " + image + ": make one with 'keelson image build'");
        }
        Path absolute = image.toAbsolutePath();
        Path directory = settings.directory.orElse(absolute.resolveSibling("vm")).toAbsolutePath();
        Firmware firmware = Firmware.installed();
        Accelerator accelerator =
                settings.accelerator.isPresent()
                        ? Accelerator.chosen(settings.accelerator.get())
                        : Accelerator.probe(firmware, directory.resolveSibling("probe"), custody);
        Map<String, String> credentials = new TreeMap<>(Credentials.login());
        if (settings.config.isPresent()) {
            credentials.put(Credentials.UPDATE_CONFIG, read(settings.config.get()));
        }
        return new MachineSpec(
                directory, absolute, firmware, accelerator, credentials, MachineSpec.Size.DEFAULT);
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > CONFIG_BYTES_MAX) {
            throw new CommandFailure(
                    file + " is larger than " + CONFIG_BYTES_MAX + " bytes: it is no update.conf");
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
