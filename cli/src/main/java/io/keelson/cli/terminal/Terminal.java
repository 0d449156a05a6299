package io.keelson.cli.terminal;

import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a command sees of the world around it.
 *
 * @param out results, for people or (with {@code --json}) for programs
 * @param err progress and complaints
 * @param interactive whether a person watches: progress is redrawn in place instead of printed line
 *     by line
 * @param home the project's directory: recipes, units and host libraries are found below it
 */
public record Terminal(
        PrintStream out,
        PrintStream err,
        boolean interactive,
        Map<String, String> environment,
        InstantSource clock,
        Path home) {

    public Terminal {
        environment = Map.copyOf(environment);
    }

    /**
     * A terminal over a process's own streams; the launcher names the home by a system property.
     */
    @SuppressWarnings("SystemConsoleNull") // it is null again in JDK 25 when nobody watches
    public static Terminal open(PrintStream out, PrintStream err, Map<String, String> environment) {
        Console console = System.console();
        return new Terminal(
                out,
                err,
                console != null && console.isTerminal(),
                environment,
                InstantSource.system(),
                Path.of(System.getProperty("keelson.home", "")).toAbsolutePath().normalize());
    }

    /** Whether the user wants to see stacks. */
    public boolean debug() {
        return environment.containsKey("KEELSON_DEBUG");
    }
}
