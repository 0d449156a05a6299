package io.keelson.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;

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
        Columns table = new Columns("CHANNEL", "VERSION", "DESCRIPTION");
        for (JsonNode channel : channels) {
            table.row(
                    channel.path("name").asString("-"),
                    channel.path("version").asString("-"),
                    channel.path("description").asString("-"));
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
        for (JsonNode channel : server.api().get("api", "channels")) {
            if (channel.path("name").asString("").equals(name)) {
                if (json) {
                    Json.print(terminal.out(), channel);
                } else {
                    Properties.print(terminal.out(), channel);
                }
                return 0;
            }
        }
        throw new CommandFailure(
                "the server has no channel " + name + ": see 'keelson channel list'");
    }

    @Command(
            name = "promote",
            description = "offers a published release to every host of the channel",
            mixinStandardHelpOptions = true)
    int promote(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "CHANNEL") String name,
            @Parameters(paramLabel = "VERSION") String version)
            throws IOException {
        server.api().put(Json.object().put("version", version), "api", "channels", name);
        terminal.out().println("channel " + name + " offers " + version);
        return 0;
    }
}
