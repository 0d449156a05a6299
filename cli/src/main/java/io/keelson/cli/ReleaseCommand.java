package io.keelson.cli;

import io.keelson.cli.api.ServerApi;
import io.keelson.cli.terminal.Columns;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Properties;
import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;
import io.keelson.disk.boot.ReleaseVersion;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Releases as built on disk, and their way to the update server. */
@Command(
        name = "release",
        description = "publishes a built release to an update server",
        mixinStandardHelpOptions = true)
final class ReleaseCommand extends CommandGroup {
    private final Terminal terminal;

    ReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "publish",
            description =
                    "uploads release.json, update.payload and every "
                            + ReleaseUpload.DELTA_GLOB
                            + "; the server verifies them before it keeps them",
            mixinStandardHelpOptions = true)
    int publish(
            @Mixin ServerOptions server,
            @Parameters(
                            paramLabel = "DIR",
                            description = "output of 'keelson image build --payload'")
                    Path directory,
            @Option(
                            names = "--channel",
                            description = "promote the release on this channel afterwards")
                    Optional<String> channel,
            @Option(
                            names = "--delta",
                            paramLabel = "FILE",
                            description =
                                    "another delta to this release; hosts that run the release it"
                                            + " starts from fetch it instead of the payload")
                    List<Path> deltas)
            throws IOException {
        ServerApi api = server.api();
        var upload = new ReleaseUpload(api, new TerminalProgress(terminal));
        String version = upload.publish(directory);
        terminal.out().println("published " + version);
        if (upload.addIndex(version, directory)) {
            terminal.out().println("published the chunk index");
        }
        for (Path delta : ReleaseUpload.deltas(directory, deltas == null ? List.of() : deltas)) {
            JsonNode added = upload.addDelta(version, delta);
            terminal.out()
                    .println(
                            "published the delta from %s, %s bytes"
                                    .formatted(
                                            added.path("sourceVersion").asString("-"),
                                            added.path("sizeBytes").asString("-")));
        }
        if (channel.isPresent()) {
            api.put(Json.object().put("version", version), "api", "channels", channel.get());
            terminal.out().println("channel " + channel.get() + " offers " + version);
        }
        return 0;
    }

    @Command(
            name = "list",
            description = "the server's releases and the ways to each of them",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        JsonNode releases = server.api().get("api", "releases");
        if (json) {
            Json.print(terminal.out(), releases);
            return 0;
        }
        Columns table = new Columns("RELEASE", "FILE", "FROM", "BYTES", "NEEDS");
        for (JsonNode release : releases) {
            String version = release.path("version").asString("-");
            table.row(version, "full", "-", release.path("payloadSizeBytes").asString("-"), "-");
            for (JsonNode file : release.path("artifacts")) {
                table.row(
                        version,
                        file.path("kind").asString("-"),
                        file.path("sourceVersion").asString("-"),
                        file.path("sizeBytes").asString("-"),
                        needs(file));
            }
        }
        table.print(terminal.out());
        return 0;
    }

    private static String needs(JsonNode file) {
        List<String> words = new ArrayList<>();
        file.path("capabilities").forEach(word -> words.add(word.asString("")));
        return words.isEmpty() ? "-" : String.join(" ", words);
    }

    @Command(
            name = "show",
            description = "what a built or a published release consists of",
            mixinStandardHelpOptions = true)
    int show(
            @Mixin ServerOptions server,
            @Parameters(
                            paramLabel = "DIR|VERSION",
                            description =
                                    "output of 'keelson image build', or a release on the server")
                    String subject,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        boolean isVersion = ReleaseVersion.isValid(subject) && !Files.exists(Path.of(subject));
        JsonNode release =
                isVersion
                        ? server.api().get("api", "releases", subject)
                        : ReleaseUpload.read(Path.of(subject));
        if (json) {
            Json.print(terminal.out(), release);
        } else {
            Properties.print(terminal.out(), release);
        }
        return 0;
    }
}
