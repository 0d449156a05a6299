package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Terminal;
import io.keelson.reboot.standalone.CoordinatorMain;

import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "serve",
        description =
                "runs a coordinator: FleetLock for Zincati and a richer interface; see --help")
final class ServeCommand implements Callable<Integer> {
    private final Terminal terminal;

    /** Passed on as they are: the coordinator can also be started without this command line. */
    @Unmatched private List<String> arguments = new ArrayList<>();

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return CoordinatorMain.run(arguments, terminal.out(), terminal.err());
    }
}
