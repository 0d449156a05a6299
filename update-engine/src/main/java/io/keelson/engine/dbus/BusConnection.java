package io.keelson.engine.dbus;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection to a message bus under a name of its own. */
final class BusConnection implements AutoCloseable {
    static final String BUS = "org.freedesktop.DBus";
    private static final int DO_NOT_QUEUE = 4;
    private static final int PRIMARY_OWNER = 1;
    private static final int SASL_LINE_BYTES_MAX = 1024;

    private final SocketChannel channel;
    private final InputStream in;
    private final AtomicInteger serial = new AtomicInteger();

    private BusConnection(SocketChannel channel) {
        this.channel = channel;
        this.in = Channels.newInputStream(channel);
    }

    /** Connects, says who this is, and takes a name; fails when somebody else has it. */
    static BusConnection open(Path socket, String name) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        var connection = new BusConnection(channel);
        try {
            connection.authenticate();
            BusMessage _ = connection.callBus("Hello", "", BusMessage.Body.EMPTY);
            var request = BusMessage.Body.of(new WireWriter().text(name).uint32(DO_NOT_QUEUE));
            BusMessage answer = connection.callBus("RequestName", "su", request);
            if (answer.body().reader().uint32() != PRIMARY_OWNER) {
                throw new IOException("the name " + name + " has another owner on " + socket);
            }
            return connection;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** SASL's mechanism EXTERNAL: the kernel tells the bus the user, we only name it. */
    private void authenticate() throws IOException {
        String uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
        String hex = HexFormat.of().formatHex(uid.getBytes(StandardCharsets.US_ASCII));
        write(("\0AUTH EXTERNAL " + hex + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String answer = line();
        if (!answer.startsWith("OK ")) {
            throw new IOException("the bus refused user " + uid + ": " + answer);
        }
        write("BEGIN\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        while (line.length() < SASL_LINE_BYTES_MAX) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the bus closed the connection");
            }
            if (next == '\n') {
                return line.toString().strip();
            }
            line.append((char) next);
        }
        throw new IOException("the bus answered with a line without an end");
    }

    /** Only while nobody else reads. */
    private BusMessage callBus(String member, String signature, BusMessage.Body body)
            throws IOException {
        int id = nextSerial();
        send(
                BusMessage.of(
                        BusMessage.CALL,
                        id,
                        Map.of(
                                BusMessage.PATH, "/org/freedesktop/DBus",
                                BusMessage.INTERFACE, BUS,
                                BusMessage.MEMBER, member,
                                BusMessage.DESTINATION, BUS,
                                BusMessage.SIGNATURE, signature),
                        body));
        while (true) {
            BusMessage answer = read();
            if (answer.replyTo() == id) {
                if (answer.type() == BusMessage.ERROR) {
                    throw new IOException(
                            "the bus refused %s: %s (%s)"
                                    .formatted(
                                            member,
                                            answer.body().reader().text(),
                                            answer.header(BusMessage.ERROR_NAME)));
                }
                return answer;
            }
        }
    }

    int nextSerial() {
        return serial.incrementAndGet();
    }

    BusMessage read() throws IOException {
        return BusMessage.read(in);
    }

    void send(BusMessage message) throws IOException {
        write(message.toBytes());
    }

    private synchronized void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
