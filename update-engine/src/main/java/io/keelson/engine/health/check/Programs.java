package io.keelson.engine.health.check;

import io.keelson.host.Command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs a program to its end; {@link Command#run(List, Duration)} on a host. */
@FunctionalInterface
public interface Programs {
    Command.Result run(List<String> argv, Duration deadline)
            throws IOException, InterruptedException;
}
