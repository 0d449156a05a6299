package io.keelson.qemu.powercut;

import io.keelson.cli.terminal.Terminal;
import io.keelson.qemu.lab.Attempts;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabSettings;
import io.keelson.qemu.lab.ScenarioFailed;
import io.keelson.qemu.timeline.Timeline;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/** A soak test: an updating host that loses its power again and again. */
@Command(
        name = "power-cuts",
        description = "takes the power from an updating host at random moments, again and again",
        mixinStandardHelpOptions = true)
public final class PowerCutCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--count", description = "how many cuts (default: ${DEFAULT-VALUE})")
    private int count = 25;

    @Option(names = "--seed", description = "of the moments (default: another one each time)")
    private Optional<Long> seed = Optional.empty();

    public PowerCutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long chosen = seed.orElseGet(() -> terminal.clock().instant().toEpochMilli());
        Path store = terminal.home().resolve(".demo");
        LabSettings settings =
                new LabSettings(
                        terminal.home(),
                        store,
                        store.resolve("power-cuts"),
                        0,
                        LabSettings.Sources.OWN,
                        terminal.clock());
        try (Lab lab =
                Attempts.run(settings, this::timeline, in -> PowerCuts.pass(in, chosen, count))
                        .lab()) {
            lab.timeline().table();
            return 0;
        } catch (ScenarioFailed _) {
            return 1;
        }
    }

    private Timeline timeline(Path file) throws IOException {
        return Timeline.open(terminal.out(), terminal.interactive(), file, terminal.clock());
    }
}
