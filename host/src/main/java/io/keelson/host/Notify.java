package io.keelson.host;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** Tells systemd about a service's state, as sd_notify(3) does. */
public final class Notify {
    private static final System.Logger LOG = System.getLogger(Notify.class.getName());

    private final @Nullable String socket;

    /**
     * @param notifySocket the value of {@code NOTIFY_SOCKET}: an absolute path, or {@code @name} in
     *     the abstract name space; null when no service manager waits for messages
     */
    public Notify(@Nullable String notifySocket) {
        this.socket = notifySocket == null || notifySocket.isEmpty() ? null : notifySocket;
    }

    /**
     * Sends one message, such as {@code READY=1}.
     *
     * @return whether it was handed over; false without a socket or when sending failed (which is
     *     logged, since no service should end for it)
     */
    public boolean send(String state) {
        String target = socket;
        if (target == null) {
            return false;
        }
        return switch (UnixDatagram.send(target, state.getBytes(StandardCharsets.UTF_8))) {
            case SystemResult.Ok _ -> true;
            case SystemResult.Errno errno -> {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "notifying the service manager failed: {0} socket={1}",
                        errno.describe(),
                        target);
                yield false;
            }
        };
    }
}
