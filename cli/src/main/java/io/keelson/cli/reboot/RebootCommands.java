package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Terminal;

import java.util.List;

/** All commands about reboots. */
public final class RebootCommands {
    private RebootCommands() {}

    /** Annotated objects for picocli. */
    public static List<Object> of(Terminal terminal) {
        return List.of(
                new StatusCommand(terminal),
                new RequestCommand(terminal),
                new ReleaseCommand(terminal),
                new HaltCommand(terminal),
                new ResumeCommand(terminal),
                new SetMaxCommand(terminal),
                new SetPolicyCommand(terminal),
                new WindowsCommand(terminal),
                new SimulateCommand(terminal),
                new ImportCommand(terminal),
                new ServeCommand(terminal));
    }
}
