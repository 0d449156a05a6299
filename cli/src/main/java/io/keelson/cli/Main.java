package io.keelson.cli;

import io.keelson.cli.terminal.Terminal;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The {@code keelson} command without the sub-commands that start virtual machines. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        return Keelson.run(Terminal.open(out, err, System.getenv()), Map.of(), args);
    }
}
