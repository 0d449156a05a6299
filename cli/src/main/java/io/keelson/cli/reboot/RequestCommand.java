package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

@Command(
        name = "request",
        description =
                "asks for a slot under a name of your own, for work that must not meet a reboot",
        mixinStandardHelpOptions = true)
final class RequestCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Parameters(paramLabel = "ID", description = "name of the holder")
    private String id = "";

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "stay in the queue that long (default: answer at once)")
    private int waitSeconds;

    RequestCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        long fence = options.access(terminal).request(id, Duration.ofSeconds(waitSeconds));
        terminal.out().println(id + " holds a slot, fence " + fence);
        return 0;
    }
}
