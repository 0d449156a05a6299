package io.keelson.server;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;

/** The update server's command line. */
public final class ServerMain {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private ServerMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs until the process is told to end; returns its exit code. */
    public static int run(String[] args) {
        return run(List.of(args), System.out, System.err);
    }

    /** Prints one line to {@code out} when it serves, or one sentence to {@code err} when not. */
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        if (args.contains("--help")) {
            out.print(ServerOptions.USAGE);
            return OK;
        }
        ServerOptions options;
        try {
            options = ServerOptions.parse(args);
        } catch (IllegalArgumentException e) {
            err.println("keelson server: " + e.getMessage());
            return WRONG_USAGE;
        }
        try (RunningServer server = RunningServer.start(options, InstantSource.system())) {
            out.println("keelson server listening on " + server.uri());
            out.flush();
            server.awaitClosed();
            return OK;
        } catch (ServerStartException e) {
            err.println("keelson server: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OK;
        }
    }
}
