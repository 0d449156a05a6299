package io.keelson.qemu;

import io.keelson.cli.Keelson;
import io.keelson.cli.terminal.Terminal;
import io.keelson.qemu.demo.DemoCommand;
import io.keelson.qemu.powercut.PowerCutCommand;

import picocli.CommandLine;

import java.io.PrintStream;
import java.util.List;

/** The whole {@code keelson} command, with the sub-commands that start virtual machines. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        Terminal terminal = Terminal.open(out, err, System.getenv());
        CommandLine line = Keelson.commandLine(terminal);
        line.addSubcommand(new DemoCommand(terminal));
        line.addSubcommand(
                new CommandLine(new VmCommand(terminal))
                        .addSubcommand(new PowerCutCommand(terminal)));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return Keelson.execute(line, args);
    }
}
