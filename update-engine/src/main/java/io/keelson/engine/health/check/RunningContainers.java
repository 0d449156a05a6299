package io.keelson.engine.health.check;

import io.keelson.engine.json.JsonText;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Containers run, by their runtime's own word: {@code state} of the OCI runtime command line. */
public final class RunningContainers implements HealthCheck {
    private static final String RUNNING = "running";

    private final String name;
    private final Programs programs;
    private final OciRuntime runtime;
    private final List<String> containers;

    /**
     * Who runs them.
     *
     * @param program runc, crun or any other with their command line
     * @param root the directory it keeps their state in
     */
    public record OciRuntime(String program, Path root) {}

    public RunningContainers(
            String name, Programs programs, OciRuntime runtime, List<String> containers) {
        this.name = name;
        this.programs = programs;
        this.runtime = runtime;
        this.containers = List.copyOf(containers);
    }

    @Override
    public String name() {
        return name;
    }

    /** Whatever is not well may become so: who runs containers also starts them again. */
    @Override
    public CheckOutcome look(Duration limit) throws InterruptedException {
        var missing = new ArrayList<String>();
        for (String container : containers) {
            String state = state(container, limit.dividedBy(containers.size()));
            if (!state.equals(RUNNING)) {
                missing.add("container %s is not running: %s".formatted(container, state));
            }
        }
        return missing.isEmpty()
                ? new CheckOutcome.Passed()
                : new CheckOutcome.Waiting(String.join("; ", missing));
    }

    private String state(String container, Duration limit) throws InterruptedException {
        try {
            var result =
                    programs.run(
                            List.of(
                                    runtime.program(),
                                    "--root",
                                    runtime.root().toString(),
                                    "state",
                                    container),
                            limit);
            if (!result.ok()) {
                String said = result.stderr().strip();
                return said.isEmpty() ? "exit code " + result.exitCode() : said;
            }
            return JsonText.read(result.stdout().getBytes(StandardCharsets.UTF_8)).text("status");
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
