package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.util.concurrent.Callable;

@Command(
        name = "resume",
        description = "grants slots again and forgets the failures counted so far",
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    ResumeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        StatusText.print(options.access(terminal).resume(), terminal.out());
        return 0;
    }
}
