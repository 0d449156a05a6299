package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.concurrent.Callable;

@Command(
        name = "halt",
        description = "grants nobody a slot until 'resume'",
        mixinStandardHelpOptions = true)
final class HaltCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Option(
            names = "--reason",
            defaultValue = "halted by an operator",
            description = "shown to all who wait")
    private String reason = "";

    HaltCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        StatusText.print(options.access(terminal).halt(reason), terminal.out());
        return 0;
    }
}
