package io.keelson.qemu.scenario;

import io.keelson.qemu.lab.Attempts;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabSettings;
import io.keelson.qemu.timeline.Timeline;

import org.junit.jupiter.api.DynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Scenarios that share a machine, each as a test of its own. */
final class Played {
    private static final Path HOME =
            Path.of(System.getProperty("keelson.home", "..")).toAbsolutePath().normalize();

    private Played() {}

    /**
     * Plays them all, then tells how each ended.
     *
     * @param name of the directory for logs below {@code qemu-tests/target/scenarios}
     */
    static Stream<DynamicTest> as(
            String name, Attempts.Scenario<Map<String, Optional<IOException>>> scenario)
            throws Exception {
        var passed = Attempts.run(settings(name), Played::timeline, scenario);
        try (Lab lab = passed.lab()) {
            lab.timeline().table();
        }
        return passed.result().entrySet().stream()
                .map(end ->
                        DynamicTest.dynamicTest(
                                end.getKey(),
                                () -> {
                                    if (end.getValue().isPresent()) {
                                        throw end.getValue().get();
                                    }
                                }));
    }

    /** With logs in a directory of this name. */
    static LabSettings settings(String name) {
        return new LabSettings(
                HOME,
                HOME.resolve(".demo"),
                HOME.resolve("qemu-tests/target/scenarios").resolve(name),
                0,
                LabSettings.Sources.OWN,
                InstantSource.system());
    }

    static Timeline timeline(Path file) throws IOException {
        return Timeline.open(System.out, false, file, InstantSource.system());
    }
}
