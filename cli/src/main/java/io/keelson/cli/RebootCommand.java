package io.keelson.cli;

import io.keelson.cli.reboot.RebootCommands;
import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The reboot lock as its operators see it. */
@Command(
        name = "reboot",
        description =
                "shows and steers who may reboot, through a coordinator (--server) or straight in etcd (--etcd)",
        mixinStandardHelpOptions = true)
final class RebootCommand extends CommandGroup {
    private RebootCommand() {}

    static CommandLine of(Terminal terminal) {
        var line = new CommandLine(new RebootCommand());
        RebootCommands.of(terminal).forEach(line::addSubcommand);
        return line;
    }
}
