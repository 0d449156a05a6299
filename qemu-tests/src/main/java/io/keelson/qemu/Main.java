package io.keelson.qemu;

import io.keelson.cli.Keelson;
import io.keelson.cli.terminal.Terminal;
import io.keelson.qemu.demo.DemoCommand;
import io.keelson.qemu.powercut.PowerCutCommand;

import picocli.CommandLine;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The whole {@code keelson} command, with the sub-commands that start virtual machines. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        Terminal terminal = Terminal.open(out, err, System.getenv());
        Map<String, Supplier<CommandLine>> machines = new LinkedHashMap<>();
        machines.put("demo", () -> new CommandLine(new DemoCommand(terminal)));
        machines.put(
                "vm",
                () ->
                        new CommandLine(new VmCommand(terminal))
                                .addSubcommand(new PowerCutCommand(terminal)));
        return Keelson.run(terminal, machines, args);
    }
}
