package io.keelson.cli;

import io.keelson.cli.image.ConvertCommand;
import io.keelson.cli.image.DiffCommand;
import io.keelson.cli.image.ScanCommand;
import io.keelson.cli.payload.ApplyCommand;
import io.keelson.cli.payload.GenerateCommand;
import io.keelson.cli.terminal.FailureSentence;
import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The top of the command tree and the rules every sub-command follows: exit codes, messages, help.
 */
@Command(
        name = "keelson",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Builds, serves and watches an immutable operating system that updates itself.",
        mixinStandardHelpOptions = true,
        version = "keelson 0.1.0")
public final class Keelson extends CommandGroup {
    /** Width of a line of help, in columns. */
    private static final int HELP_COLUMNS = 100;

    private Keelson() {}

    /**
     * Parses and runs: 0 done, 1 failed, 2 wrong usage. Picocli looks through every field of every
     * command, which takes longer than a build that finds nothing to do: a command that was not
     * named is not made.
     *
     * @param more commands of the caller by their names
     */
    public static int run(
            Terminal terminal, Map<String, Supplier<CommandLine>> more, List<String> args) {
        Map<String, Supplier<CommandLine>> commands = commands(terminal);
        commands.putAll(more);
        String first = args.isEmpty() ? "" : args.getFirst();
        // Help and suggestions for a mistyped name are about all of them.
        if (commands.containsKey(first)) {
            commands.keySet().retainAll(Set.of(first));
        }
        CommandLine line = new CommandLine(new Keelson());
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        line.setOut(writer(terminal.out()));
        line.setErr(writer(terminal.err()));
        line.setExecutionExceptionHandler((failure, _, _) -> complain(terminal, failure));
        line.setUsageHelpWidth(HELP_COLUMNS);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setParameterExceptionHandler(Keelson::explainUsage);
        return line.execute(args.toArray(String[]::new));
    }

    private static Map<String, Supplier<CommandLine>> commands(Terminal terminal) {
        Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
        commands.put("image", () -> image(terminal));
        commands.put("keys", () -> new CommandLine(new KeysCommand(terminal)));
        commands.put(
                "payload",
                () ->
                        new CommandLine(new PayloadCommand(terminal))
                                .addSubcommand(new GenerateCommand(terminal))
                                .addSubcommand(new ApplyCommand(terminal)));
        commands.put("release", () -> new CommandLine(new ReleaseCommand(terminal)));
        commands.put("channel", () -> new CommandLine(new ChannelCommand(terminal)));
        commands.put("server", () -> new CommandLine(new ServerCommand(terminal)));
        commands.put("fleet", () -> new CommandLine(new FleetCommand(terminal)));
        commands.put("reboot", () -> RebootCommand.of(terminal));
        commands.put("host", () -> new CommandLine(new HostCommand(terminal)));
        return commands;
    }

    private static CommandLine image(Terminal terminal) {
        CommandLine image =
                new CommandLine(new ImageCommand(terminal))
                        .addSubcommand(new ConvertCommand(terminal))
                        .addSubcommand(new DiffCommand(terminal))
                        .addSubcommand(new ScanCommand(terminal))
                        .addSubcommand(new ImageLockCommand(terminal));
        ImageReportCommands.of(terminal).forEach(image::addSubcommand);
        return image;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int complain(Terminal terminal, Exception failure) {
        terminal.err().println("keelson: " + FailureSentence.of(failure));
        if (terminal.debug()) {
            failure.printStackTrace(terminal.err());
        }
        terminal.err().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int explainUsage(ParameterException wrong, String[] args) {
        CommandLine line = wrong.getCommandLine();
        line.getErr().println("keelson: " + wrong.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, line.getErr())) {
            line.usage(line.getErr(), Ansi.OFF);
        }
        return CommandLine.ExitCode.USAGE;
    }
}
