package io.keelson.engine;

import io.keelson.engine.control.ControlAnswer;
import io.keelson.engine.control.ControlHandler;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.control.ControlServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The metrics on a TCP port, and nothing else there; where, the settings of the moment say. */
final class MetricsPort {
    private static final System.Logger LOG = System.getLogger("io.keelson.keelsond");

    private final ControlHandler handler;
    private Optional<InetSocketAddress> address = Optional.empty();
    private @Nullable ControlServer server;
    private String saidProblem = "";

    /**
     * @param handler answers on the control socket
     */
    MetricsPort(ControlHandler handler) {
        this.handler = handler;
    }

    /** Listens there, and nowhere else any more. A port that is taken is tried again. */
    void follow(Optional<InetSocketAddress> wanted) {
        if (wanted.equals(address) && (wanted.isEmpty() || server != null)) {
            return;
        }
        close();
        address = wanted;
        if (wanted.isEmpty()) {
            return;
        }
        try {
            server = ControlServer.start(wanted.get(), this::answer);
            saidProblem = "";
        } catch (IOException e) {
            say("METRICS_ADDRESS: " + e.getMessage());
        }
    }

    private ControlAnswer answer(ControlRequest request) throws InterruptedException {
        return request.method().equals("GET") && request.path().equals("/metrics")
                ? handler.handle(request)
                : ControlAnswer.refusal(404, "not-found", "only GET /metrics is answered here");
    }

    private void say(String problem) {
        if (!problem.equals(saidProblem)) {
            LOG.log(Level.WARNING, problem);
            saidProblem = problem;
        }
    }

    void close() {
        ControlServer open = server;
        server = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                say("METRICS_ADDRESS: " + e.getMessage());
            }
        }
    }
}
