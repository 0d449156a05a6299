package io.keelson.engine.control;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Serves the control socket: a virtual thread per connection, a bound on their number. */
public final class ControlServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int CONNECTIONS_MAX = 16;
    private static final int BODY_BYTES_MAX = 4 * 1024;
    private static final int UNREAD_BYTES_MAX = 64 * 1024;

    /** A client that neither sends nor reads for this long is cut off. */
    private static final Duration CONNECTION_MAX = Duration.ofSeconds(60);

    private static final Duration ACCEPT_PAUSE = Duration.ofSeconds(1);

    /** How connections come in; a test lets it fail. */
    interface Door {
        SocketChannel next(ServerSocketChannel listener) throws IOException;

        /** Waits before the next try. */
        void rest(Duration time) throws InterruptedException;
    }

    private record HostDoor() implements Door {
        @Override
        public SocketChannel next(ServerSocketChannel listener) throws IOException {
            return listener.accept();
        }

        @Override
        public void rest(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }
    }

    private final ServerSocketChannel listener;
    private final Optional<Path> socket;
    private final ControlHandler handler;
    private final Door door;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

    private ControlServer(
            ServerSocketChannel listener,
            Optional<Path> socket,
            ControlHandler handler,
            Door door) {
        this.listener = listener;
        this.socket = socket;
        this.handler = handler;
        this.door = door;
    }

    /** Listens on a socket only its owner may open; a left-over file of that name is replaced. */
    public static ControlServer start(Path socket, ControlHandler handler) throws IOException {
        return start(socket, handler, new HostDoor());
    }

    static ControlServer start(Path socket, ControlHandler handler, Door door) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            listener.close();
            throw new IOException("listening on " + socket + " failed: " + e.getMessage(), e);
        }
        return started(new ControlServer(listener, Optional.of(socket), handler, door));
    }

    /** Listens on a TCP port, which everybody who can reach it may open. */
    public static ControlServer start(InetSocketAddress address, ControlHandler handler)
            throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address);
        } catch (IOException e) {
            listener.close();
            throw new IOException("listening on " + address + " failed: " + e.getMessage(), e);
        }
        return started(new ControlServer(listener, Optional.empty(), handler, new HostDoor()));
    }

    private static ControlServer started(ControlServer server) {
        server.threads.execute(server::accept);
        return server;
    }

    private void accept() {
        boolean isFailing = false;
        while (listener.isOpen()) {
            try {
                SocketChannel connection = door.next(listener);
                isFailing = false;
                if (connections.tryAcquire()) {
                    threads.execute(() -> serve(connection));
                } else {
                    connection.close();
                }
            } catch (ClosedChannelException _) {
                // Closed by close(): the condition of the loop.
            } catch (IOException e) {
                rest(isFailing, e);
                isFailing = true;
            }
        }
    }

    /** A process without free file descriptors gets some back by and by. */
    private void rest(boolean isSaid, IOException reason) {
        if (!isSaid) {
            LOG.log(
                    Level.ERROR,
                    "no control connection can be accepted, trying on reason={0}",
                    reason.getMessage());
        }
        try {
            door.rest(ACCEPT_PAUSE);
        } catch (InterruptedException _) {
            // By close(), after the listener: the loop ends; its next accept would, too.
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel connection) {
        Thread watchdog =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Thread.sleep(CONNECTION_MAX);
                                connection.close();
                            } catch (InterruptedException | IOException _) {
                                // The connection ended by itself.
                            }
                        });
        try (connection) {
            var in = Channels.newInputStream(connection);
            ByteBuffer answer = ByteBuffer.wrap(ControlMessage.answer(answer(in)));
            while (answer.hasRemaining()) {
                connection.write(answer);
            }
            connection.shutdownOutput();
            // Closing with unread input would reset the connection and lose the answer.
            long _ = in.skip(UNREAD_BYTES_MAX);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a control connection broke reason={0}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            watchdog.interrupt();
            connections.release();
        }
    }

    private ControlAnswer answer(InputStream in) throws InterruptedException {
        ControlRequest request;
        try {
            ControlMessage.Message message = ControlMessage.read(in, BODY_BYTES_MAX);
            String[] words = message.startLine().split(" ", -1);
            if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
                return ControlAnswer.refusal(400, "bad-request", "this is not HTTP/1.1");
            }
            request = new ControlRequest(words[0], words[1], message.body());
        } catch (IOException e) {
            return ControlAnswer.refusal(400, "bad-request", String.valueOf(e.getMessage()));
        }
        return handler.handle(request);
    }

    /** Whether all threads of a closed server have ended within that time. */
    boolean awaitEnd(Duration time) throws InterruptedException {
        return threads.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        if (socket.isPresent()) {
            Files.deleteIfExists(socket.get());
        }
    }
}
