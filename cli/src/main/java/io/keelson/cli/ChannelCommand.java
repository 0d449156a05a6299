package io.keelson.cli;

import io.keelson.cli.release.DowngradeRequest;
import io.keelson.cli.terminal.Columns;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Properties;
import io.keelson.cli.terminal.Terminal;
import io.keelson.image.sign.Pem;
import io.keelson.payload.downgrade.SignedDowngrade;
import io.keelson.payload.generate.DowngradeSigning;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which release each channel offers. */
@Command(
        name = "channel",
        description = "shows and moves the release a channel offers",
        mixinStandardHelpOptions = true)
final class ChannelCommand extends CommandGroup {
    private final Terminal terminal;

    ChannelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(name = "list", description = "one line per channel", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        JsonNode channels = server.api().get("api", "channels");
        if (json) {
            Json.print(terminal.out(), channels);
            return 0;
        }
        Columns table = new Columns("CHANNEL", "VERSION", "STATE", "CHANGED");
        for (JsonNode channel : channels) {
            table.row(
                    channel.path("name").asString("-"),
                    channel.path("version").asString("-"),
                    channel.path("paused").asBoolean(false) ? "paused" : "open",
                    channel.path("updatedAt").asString("-"));
        }
        table.print(terminal.out());
        return 0;
    }

    @Command(name = "show", description = "one channel in full", mixinStandardHelpOptions = true)
    int show(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "CHANNEL") String name,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        print(server.api().get("api", "channels", name), json);
        return 0;
    }

    @Command(
            name = "promote",
            description = "offers a published release to every host of the channel",
            mixinStandardHelpOptions = true)
    int promote(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "CHANNEL") String name,
            @Parameters(paramLabel = "VERSION") String version,
            @Option(
                            names = "--poll-interval",
                            paramLabel = "SECONDS",
                            description = "how often its hosts ask")
                    Optional<Long> pollSeconds)
            throws IOException {
        ObjectNode change = Json.object().put("version", version);
        pollSeconds.ifPresent(seconds -> change.put("pollIntervalSeconds", seconds));
        server.api().put(change, "api", "channels", name);
        terminal.out().println("channel " + name + " offers " + version);
        return 0;
    }

    @Command(
            name = "pause",
            description = "holds back new offers until 'resume'",
            mixinStandardHelpOptions = true)
    int pause(@Mixin ServerOptions server, @Parameters(paramLabel = "CHANNEL") String name)
            throws IOException {
        print(server.api().post("api", "channels", name, "pause"), false);
        return 0;
    }

    @Command(name = "resume", description = "makes offers again", mixinStandardHelpOptions = true)
    int resume(@Mixin ServerOptions server, @Parameters(paramLabel = "CHANNEL") String name)
            throws IOException {
        print(server.api().post("api", "channels", name, "resume"), false);
        return 0;
    }

    @Command(
            name = "sign-downgrade",
            description =
                    "signs, where the update key is, that hosts of the channel may go to an older"
                            + " release; 'allow-downgrade' sends it",
            mixinStandardHelpOptions = true)
    int signDowngrade(
            @Parameters(paramLabel = "CHANNEL") String name,
            @Parameters(
                            paramLabel = "DIR",
                            description = "the older release as 'keelson image build' made it")
                    Path directory,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "VERSION",
                            description =
                                    "a release that hosts may come from, repeatable; 'any' for all")
                    List<String> from,
            @Option(
                            names = "--days",
                            defaultValue = "7",
                            description = "how long it is good for (default: ${DEFAULT-VALUE})")
                    int days,
            @Option(
                            names = "--key",
                            required = true,
                            paramLabel = "FILE",
                            description = "private update key, PKCS#8 PEM; repeatable")
                    List<Path> keys,
            @Option(names = "--out", required = true, paramLabel = "FILE") Path out)
            throws IOException {
        List<PrivateKey> signers = new ArrayList<>();
        for (Path key : keys) {
            signers.add(Pem.readPrivateKey(key));
        }
        var request = new DowngradeRequest(name, from, Duration.ofDays(days));
        SignedDowngrade signed =
                DowngradeSigning.sign(request.statement(directory, terminal.clock()), signers);
        Files.writeString(out, signed.text());
        terminal.out()
                .println(
                        "%s: hosts of channel %s may go to %s until %s; send it with 'keelson channel allow-downgrade'"
                                .formatted(
                                        out,
                                        name,
                                        signed.statement().to(),
                                        signed.statement().until()));
        return 0;
    }

    @Command(
            name = "allow-downgrade",
            description = "gives the server a statement made by 'sign-downgrade'",
            mixinStandardHelpOptions = true)
    int allowDowngrade(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "CHANNEL") String name,
            @Parameters(paramLabel = "FILE") Path statement)
            throws IOException {
        server.api().putFile(statement, _ -> {}, "api", "channels", name, "downgrade");
        terminal.out().println("channel " + name + " has the statement " + statement);
        return 0;
    }

    @Command(
            name = "forbid-downgrade",
            description = "takes the statement back; hosts on their way go on",
            mixinStandardHelpOptions = true)
    int forbidDowngrade(
            @Mixin ServerOptions server, @Parameters(paramLabel = "CHANNEL") String name)
            throws IOException {
        server.api().delete("api", "channels", name, "downgrade");
        terminal.out().println("channel " + name + " sends no host to an older release");
        return 0;
    }

    private void print(JsonNode channel, boolean json) {
        if (json) {
            Json.print(terminal.out(), channel);
        } else {
            Properties.print(terminal.out(), channel);
        }
    }
}
