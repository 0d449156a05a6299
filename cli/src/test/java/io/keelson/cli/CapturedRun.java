package io.keelson.cli;

import io.keelson.cli.terminal.Terminal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** What a command line did: its exit code and what it printed. */
record CapturedRun(int exitCode, String out, String err) {
    static CapturedRun of(String... args) {
        return of(Map.of(), args);
    }

    static CapturedRun of(Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        environment,
                        InstantSource.system(),
                        Path.of("").toAbsolutePath());
        int code = Keelson.run(terminal, Map.of(), List.of(args));
        return new CapturedRun(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
