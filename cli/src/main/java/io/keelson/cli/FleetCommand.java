package io.keelson.cli;

import io.keelson.cli.terminal.Columns;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Properties;
import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;

/** What the update server knows about the hosts. */
@Command(
        name = "fleet",
        description = "shows the hosts an update server has seen, and lets one try again",
        mixinStandardHelpOptions = true)
final class FleetCommand extends CommandGroup {
    private final Terminal terminal;

    FleetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(name = "list", description = "one line per host", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        JsonNode hosts = server.api().get("api", "hosts");
        if (json) {
            Json.print(terminal.out(), hosts);
            return 0;
        }
        Columns table =
                new Columns(
                        "MACHINE",
                        "ALIAS",
                        "VERSION",
                        "TRACK",
                        "STATE",
                        "LAST CHECK",
                        "LAST ERROR");
        for (JsonNode host : hosts) {
            table.row(
                    text(host, "machineId"),
                    alias(host),
                    text(host, "version"),
                    text(host, "track"),
                    text(host, "state"),
                    text(host, "lastCheck"),
                    host.path("lastError").path("reason").asString("-"));
        }
        table.print(terminal.out());
        return 0;
    }

    @Command(
            name = "show",
            description = "everything known about one host",
            mixinStandardHelpOptions = true)
    int show(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "MACHINE", description = "machine id") String machine,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        print(server.api().get("api", "hosts", machine), json);
        return 0;
    }

    @Command(
            name = "why",
            description = "why a host did or did not get an update at its last check",
            mixinStandardHelpOptions = true)
    int why(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "MACHINE", description = "machine id") String machine,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        print(server.api().get("api", "hosts", machine, "why"), json);
        return 0;
    }

    @Command(
            name = "retry",
            description = "lets a host try again what it has given up",
            mixinStandardHelpOptions = true)
    int retry(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "MACHINE", description = "machine id") String machine)
            throws IOException {
        server.api().post("api", "hosts", machine, "retry");
        terminal.out()
                .println(
                        "host "
                                + machine
                                + " tries again what it gave up, when it asks next;"
                                + " 'keelson host apply --retry' there does so at once");
        return 0;
    }

    private void print(JsonNode answer, boolean json) {
        if (json) {
            Json.print(terminal.out(), answer);
        } else {
            Properties.print(terminal.out(), answer);
        }
    }

    private static String alias(JsonNode host) {
        String alias = host.path("machineAlias").asString("");
        return alias.isEmpty() ? "-" : alias;
    }

    private static String text(JsonNode host, String field) {
        return host.path(field).asString("-");
    }
}
