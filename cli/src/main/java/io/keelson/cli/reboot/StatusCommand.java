package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.concurrent.Callable;

@Command(
        name = "status",
        description = "holders, who waits and why, next windows, failure budget",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Option(names = "--json", description = "for programs")
    private boolean isJson;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        JsonNode group = options.access(terminal).status();
        if (isJson) {
            Json.print(terminal.out(), group);
        } else {
            StatusText.print(group, terminal.out());
        }
        return 0;
    }
}
