package io.keelson.reboot.standalone;

import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The coordinator's command line. */
public final class CoordinatorMain {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private CoordinatorMain() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    /** Prints one line to {@code out} when it serves, and serves until the process ends. */
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        if (args.contains("--help")) {
            out.print(ServeOptions.USAGE);
            return OK;
        }
        ServeOptions options;
        try {
            options = ServeOptions.parse(args);
        } catch (IllegalArgumentException e) {
            err.println("keelson reboot serve: " + e.getMessage());
            return WRONG_USAGE;
        }
        // Short answers must not wait for the acknowledgement of the last ones.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", "60");
        try (var running = RunningCoordinator.start(options, InstantSource.system())) {
            out.println("keelson reboot coordinator listening on " + running.uri());
            out.flush();
            new CountDownLatch(1).await();
            return OK;
        } catch (IOException e) {
            err.println("keelson reboot serve: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OK;
        }
    }
}
