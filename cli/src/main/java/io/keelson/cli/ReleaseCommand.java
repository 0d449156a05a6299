package io.keelson.cli;

import io.keelson.cli.api.ServerApi;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Properties;
import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Releases as built on disk, and their way to the update server. */
@Command(
        name = "release",
        description = "publishes a built release to an update server",
        mixinStandardHelpOptions = true)
final class ReleaseCommand extends CommandGroup {
    /** A release.json names a few hundred packages. */
    private static final long RELEASE_BYTES_MAX = 4L << 20;

    private final Terminal terminal;

    ReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "publish",
            description =
                    "uploads release.json and update.payload; the server verifies them before it keeps them",
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
                    Optional<String> channel)
            throws IOException {
        ServerApi api = server.api();
        String version = publish(api, directory, new TerminalProgress(terminal));
        terminal.out().println("published " + version);
        if (channel.isPresent()) {
            api.put(Json.object().put("version", version), "api", "channels", channel.get());
            terminal.out().println("channel " + channel.get() + " offers " + version);
        }
        return 0;
    }

    @Command(
            name = "show",
            description = "what a built release consists of",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "DIR", description = "output of 'keelson image build'")
                    Path directory,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        JsonNode release = read(directory);
        if (json) {
            Json.print(terminal.out(), release);
        } else {
            Properties.print(terminal.out(), release);
        }
        return 0;
    }

    /** Uploads a release directory and returns the version the server now has. */
    static String publish(ServerApi api, Path directory, TerminalProgress progress)
            throws IOException {
        String version = read(directory).path("version").asString("");
        Path payload = directory.resolve("update.payload");
        if (!Files.exists(payload)) {
            throw new CommandFailure(
                    "there is no update.payload in "
                            + directory
                            + ": build it with 'keelson image build --payload'");
        }
        api.putJson(directory.resolve("release.json"), "api", "releases", version, "manifest");
        long total = Files.size(payload);
        progress.step("uploading the payload of " + version);
        api.putFile(
                payload,
                sent -> progress.percent("uploading the payload of " + version, sent, total),
                "api",
                "releases",
                version,
                "payload");
        return version;
    }

    static JsonNode read(Path directory) throws IOException {
        Path file = directory.resolve("release.json");
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    "there is no release.json in "
                            + directory
                            + ": name the output of an image build");
        }
        if (Files.size(file) > RELEASE_BYTES_MAX) {
            throw new CommandFailure(
                    file
                            + " is larger than "
                            + RELEASE_BYTES_MAX
                            + " bytes: it is no release.json");
        }
        return Json.parse(Files.readString(file), file.toString());
    }
}
