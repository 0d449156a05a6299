package io.keelson.engine;

import java.io.PrintStream;
import java.util.List;

/** Entry point of the host's program: {@code daemon}, {@code health-gate} or {@code host …}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        if (!args.isEmpty() && args.getFirst().equals("host")) {
            return HostCommand.run(args.subList(1, args.size()), out, err);
        }
        err.println(
                "usage: keelson daemon | health-gate | host status|check|apply|reboot|rollback|health");
        return 2;
    }
}
