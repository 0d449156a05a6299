package io.keelson.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only has sub-commands: alone it is wrong usage and shows its help. */
public abstract class CommandGroup implements Runnable {
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs a command
    protected CommandGroup() {}

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a sub-command of '" + spec.qualifiedName() + "' is missing");
    }
}
