package io.keelson.engine;

import java.io.PrintStream;
import java.util.List;

/** The client of keelsond: {@code status|check|apply|reboot|rollback|health [--json]}. */
public final class HostCommand {
    private HostCommand() {}

    /** Returns 0 on success, 1 on failure, 2 on wrong usage; one sentence on {@code err}. */
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        err.println("keelson host: not connected " + args);
        return 2;
    }
}
