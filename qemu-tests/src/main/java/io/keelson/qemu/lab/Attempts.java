package io.keelson.qemu.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs a scenario, from its start again where the emulator failed and not what it tests. */
public final class Attempts {
    private static final int MOST = 2;

    private Attempts() {}

    /**
     * Runs until the scenario passed or failed.
     *
     * @return what passed
     * @throws ScenarioFailed where something was not as it should be; the timeline has told it
     */
    public static <T> Passed<T> run(
            LabSettings settings, Lab.TimelineFactory timelines, Scenario<T> scenario)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Lab lab = Lab.open(settings, timelines);
            boolean isKept = false;
            try {
                T result = scenario.run(lab);
                isKept = true;
                return new Passed<>(lab, result);
            } catch (EmulatorFault fault) {
                if (attempt == MOST) {
                    throw told(fault, lab);
                }
                lab.timeline()
                        .note(
                                "%s: this is no fault of the guest (docs/decisions/0025); starting again"
                                        .formatted(fault.getMessage()));
            } catch (IOException e) {
                throw told(e, lab);
            } finally {
                if (!isKept) {
                    lab.close();
                }
            }
            setAside(settings.run(), attempt);
        }
    }

    /** What is observed in a lab; the first thing that is not so is an {@link IOException}. */
    public interface Scenario<T> {
        T run(Lab lab) throws IOException, InterruptedException;
    }

    /** What came of a scenario that passed, with everything in its lab still running. */
    public record Passed<T>(Lab lab, T result) {}

    private static ScenarioFailed told(IOException failure, Lab lab) {
        if (!lab.isEnding()) {
            lab.timeline().table();
            lab.timeline().note("FAILED: " + failure.getMessage());
            lab.timeline().note("logs are in " + lab.settings().run());
        }
        return new ScenarioFailed(failure);
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
