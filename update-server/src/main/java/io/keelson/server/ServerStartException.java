package io.keelson.server;

import org.springframework.boot.web.server.PortInUseException;

import java.net.BindException;
import java.sql.SQLException;

/** The server could not start; the message is one sentence with the remedy. */
public final class ServerStartException extends Exception {
    private static final long serialVersionUID = 1L;

    /** H2: the file is open in another process. */
    private static final int DATABASE_ALREADY_OPEN = 90020;

    private static final int CAUSES_MAX = 50;

    ServerStartException(String message, Throwable cause) {
        super(message, cause);
    }

    static ServerStartException of(ServerOptions options, RuntimeException failure) {
        Throwable root = failure;
        for (int i = 0; i < CAUSES_MAX; i++) {
            if (root instanceof PortInUseException) {
                return new ServerStartException(
                        "port "
                                + options.port()
                                + " on "
                                + options.address()
                                + " is taken by another program; stop that program or choose"
                                + " another port with --port",
                        failure);
            }
            if (root instanceof BindException) {
                return new ServerStartException(
                        "cannot listen on "
                                + options.address()
                                + " port "
                                + options.port()
                                + ": "
                                + root.getMessage()
                                + "; choose another --address or --port",
                        failure);
            }
            if (root instanceof SQLException sql && sql.getErrorCode() == DATABASE_ALREADY_OPEN) {
                return new ServerStartException(
                        "the data directory "
                                + options.data()
                                + " is in use by another server; stop that server or choose"
                                + " another directory with --data",
                        failure);
            }
            if (root.getCause() == null) {
                break;
            }
            root = root.getCause();
        }
        return new ServerStartException(
                "the server did not start with " + options.data() + ": " + root.getMessage(),
                failure);
    }
}
