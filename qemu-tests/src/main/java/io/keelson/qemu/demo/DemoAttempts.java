package io.keelson.qemu.demo;

import io.keelson.qemu.timeline.Timeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs the scenario, from its start again where the emulator failed and not what it tests. */
final class DemoAttempts {
    private static final int MOST = 3;

    private DemoAttempts() {}

    /**
     * Runs until the scenario passed or failed.
     *
     * @return the scenario that passed, with everything in it still running
     * @throws DemoFailed where something was not as it should be; the timeline has told it
     */
    static DemoScenario.Opened run(DemoSettings settings, DemoScenario.TimelineFactory timelines)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            DemoScenario.Opened opened = DemoScenario.open(settings, timelines);
            boolean isKept = false;
            try {
                opened.scenario().run();
                isKept = true;
                return opened;
            } catch (EmulatorFault fault) {
                if (attempt == MOST) {
                    throw told(fault, opened, settings);
                }
                opened.timeline()
                        .note(
                                "%s: this is no fault of the guest (docs/decisions/0008); starting again"
                                        .formatted(fault.getMessage()));
            } catch (IOException e) {
                throw told(e, opened, settings);
            } finally {
                if (!isKept) {
                    opened.scenario().close();
                }
            }
            setAside(settings.run(), attempt);
        }
    }

    private static DemoFailed told(
            IOException failure, DemoScenario.Opened opened, DemoSettings settings) {
        if (!opened.scenario().isEnding()) {
            Timeline timeline = opened.timeline();
            timeline.table();
            timeline.note("FAILED: " + failure.getMessage());
            timeline.note("logs are in " + settings.run());
        }
        return new DemoFailed(failure);
    }

    /** The small files of a broken attempt are kept beside the run that counts. */
    private static void setAside(Path run, int attempt) throws IOException {
        Path aside = run.resolveSibling(run.getFileName() + ".emulator-fault-" + attempt);
        delete(aside);
        Files.createDirectories(aside);
        for (Path kept : List.of(run.resolve("timeline.log"), run.resolve("vm/console.log"))) {
            if (Files.exists(kept)) {
                Files.copy(kept, aside.resolve(kept.getFileName()));
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> paths = Files.walk(tree)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
