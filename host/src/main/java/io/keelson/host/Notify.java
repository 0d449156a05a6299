package io.keelson.host;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Tells systemd about a service's state, as sd_notify(3) does. */
public final class Notify {
    private static final System.Logger LOG = System.getLogger(Notify.class.getName());
    // struct sockaddr_un: u16 family, char path[108].
    private static final int PATH_BYTES_MAX = 108;

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
        return switch (deliver(target, state)) {
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

    private static SystemResult deliver(String target, String state) {
        byte[] address = address(target);
        return switch (Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM_CLOEXEC)) {
            case SystemResult.Errno errno -> errno;
            case SystemResult.Ok(var fd) -> {
                SystemResult sent =
                        Libc.sendTo((int) fd, state.getBytes(StandardCharsets.UTF_8), address);
                SystemResult _ = Libc.close((int) fd);
                yield sent;
            }
        };
    }

    /**
     * The sockaddr_un; in the abstract name space '@' stands for a NUL and no NUL ends the name.
     */
    private static byte[] address(String target) {
        byte[] name = target.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = name[0] == '@';
        int length = isAbstract ? name.length : name.length + 1;
        if (length > PATH_BYTES_MAX || (!isAbstract && name[0] != '/')) {
            throw new IllegalArgumentException(
                    "NOTIFY_SOCKET is neither an absolute path nor @name of at most %d bytes: %s"
                            .formatted(PATH_BYTES_MAX, target));
        }
        if (isAbstract) {
            name[0] = 0;
        }
        ByteBuffer address = ByteBuffer.allocate(2 + length).order(ByteOrder.nativeOrder());
        address.putShort((short) Libc.AF_UNIX).put(name);
        return address.array();
    }
}
