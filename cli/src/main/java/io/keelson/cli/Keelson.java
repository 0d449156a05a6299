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
import java.util.List;

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

    /** The commands of this module; a caller may add its own before {@link #execute}. */
    public static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new Keelson());
        CommandLine image =
                new CommandLine(new ImageCommand(terminal))
                        .addSubcommand(new ConvertCommand(terminal))
                        .addSubcommand(new DiffCommand(terminal))
                        .addSubcommand(new ScanCommand(terminal))
                        .addSubcommand(new ImageLockCommand(terminal));
        ImageReportCommands.of(terminal).forEach(image::addSubcommand);
        line.addSubcommand(image);
        line.addSubcommand(new KeysCommand(terminal));
        line.addSubcommand(
                new CommandLine(new PayloadCommand(terminal))
                        .addSubcommand(new GenerateCommand(terminal))
                        .addSubcommand(new ApplyCommand(terminal)));
        line.addSubcommand(new ReleaseCommand(terminal));
        line.addSubcommand(new ChannelCommand(terminal));
        line.addSubcommand(new ServerCommand(terminal));
        line.addSubcommand(new FleetCommand(terminal));
        line.addSubcommand(RebootCommand.of(terminal));
        line.addSubcommand(new HostCommand(terminal));
        line.setOut(writer(terminal.out()));
        line.setErr(writer(terminal.err()));
        line.setExecutionExceptionHandler((failure, _, _) -> complain(terminal, failure));
        return line;
    }

    /** Parses and runs: 0 done, 1 failed, 2 wrong usage. */
    public static int execute(CommandLine line, List<String> args) {
        line.setUsageHelpWidth(HELP_COLUMNS);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setParameterExceptionHandler(Keelson::explainUsage);
        return line.execute(args.toArray(String[]::new));
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
