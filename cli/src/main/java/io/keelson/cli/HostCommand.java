package io.keelson.cli;

import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

import java.util.List;
import java.util.concurrent.Callable;

/** The commands of a host itself; they talk to keelsond, whose own client parses and prints. */
@Command(
        name = "host",
        description =
                "asks this machine's keelsond: status, check, apply, rollback, reboot, health")
final class HostCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Unmatched private List<String> arguments = List.of();

    HostCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return io.keelson.engine.HostCommand.run(arguments, terminal.out(), terminal.err());
    }
}
