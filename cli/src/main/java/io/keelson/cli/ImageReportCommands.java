package io.keelson.cli;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** What a build has noted about its tree. */
final class ImageReportCommands {
    private static final int ROWS = 25;
    private static final long MIB = 1 << 20;
    private static final long REPORT_BYTES_MAX = 64 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ImageReportCommands() {}

    static List<Callable<Integer>> of(Terminal terminal) {
        return List.of(new Sizes(terminal), new Scripts(terminal));
    }

    private static JsonNode read(Path directory, String name) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    "there is no %s in %s: name the output of an image build"
                            .formatted(name, directory));
        }
        if (Files.size(file) > REPORT_BYTES_MAX) {
            throw new CommandFailure(file + " is larger than " + REPORT_BYTES_MAX + " bytes");
        }
        return JSON.readTree(Files.readAllBytes(file));
    }

    /** {@code keelson image sizes}. */
    @Command(
            name = "sizes",
            description = "shows which packages and directories of /usr take the room",
            mixinStandardHelpOptions = true)
    static final class Sizes implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "DIR", description = "output of 'keelson image build'")
        private Path directory = Path.of("");

        @Option(names = "--json", description = "for programs, and all of it")
        private boolean json;

        Sizes(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            JsonNode report = read(directory, "sizes.json");
            if (json) {
                Json.print(terminal.out(), report);
                return 0;
            }
            row(report, "all of /usr");
            for (String part : List.of("packages", "directories")) {
                terminal.out().println(part);
                JsonNode rows = report.required(part);
                for (int i = 0; i < Math.min(ROWS, rows.size()); i++) {
                    String key = part.equals("packages") ? "name" : "path";
                    row(rows.get(i), rows.get(i).required(key).asString());
                }
            }
            return 0;
        }

        private void row(JsonNode size, String name) {
            terminal.out()
                    .println(
                            String.format(
                                    Locale.ROOT,
                                    "%8.1f MiB %6d files  %s",
                                    (double) size.required("bytes").asLong() / MIB,
                                    size.required("files").asInt(),
                                    name));
        }
    }

    /** {@code keelson image scripts}. */
    @Command(
            name = "scripts",
            description = "shows the maintainer scripts that were not run, and what replaces each",
            mixinStandardHelpOptions = true)
    static final class Scripts implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "DIR", description = "output of 'keelson image build'")
        private Path directory = Path.of("");

        @Option(names = "--json", description = "for programs")
        private boolean json;

        Scripts(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            JsonNode report = read(directory, "scripts.json");
            if (json) {
                Json.print(terminal.out(), report);
                return 0;
            }
            for (JsonNode each : report.required("scripts")) {
                terminal.out()
                        .println(
                                "%-40s %-8s %-8s %s"
                                        .formatted(
                                                each.required("package").asString(),
                                                each.required("script").asString(),
                                                each.required("cover").asString(),
                                                each.required("instead").asString()));
            }
            return 0;
        }
    }
}
