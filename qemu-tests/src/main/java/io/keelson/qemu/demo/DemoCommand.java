package io.keelson.qemu.demo;

import io.keelson.cli.Terminal;

import picocli.CommandLine.Command;

import java.util.concurrent.Callable;

/** The main job, end to end. */
@Command(name = "demo", description = "the main job, end to end", mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    public DemoCommand(Terminal terminal) {}

    @Override
    public Integer call() {
        return 1;
    }
}
