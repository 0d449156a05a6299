package io.keelson.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One message to a datagram socket in the file system, which the JDK cannot send. */
final class UnixDatagram {
    // struct sockaddr_un: u16 family, char path[108].
    private static final int PATH_BYTES_MAX = 108;

    private UnixDatagram() {}

    /**
     * @param target an absolute path, or {@code @name} in the abstract name space
     */
    static SystemResult send(String target, byte[] message) {
        byte[] address = address(target);
        return switch (Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM_CLOEXEC)) {
            case SystemResult.Errno errno -> errno;
            case SystemResult.Ok(var fd) -> {
                SystemResult sent = Libc.sendTo((int) fd, message, address);
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
                    "a socket is neither an absolute path nor @name of at most %d bytes: %s"
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
