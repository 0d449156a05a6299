package io.keelson.engine.control;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Serves the control socket: a virtual thread per connection, a bound on their number. */
public final class ControlServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int CONNECTIONS_MAX = 16;
    private static final int BODY_BYTES_MAX = 4 * 1024;
    private static final int UNREAD_BYTES_MAX = 64 * 1024;

    /** A client that neither sends nor reads for this long is cut off. */
    private static final Duration CONNECTION_MAX = Duration.ofSeconds(60);

    private final ServerSocketChannel listener;
    private final Path socket;
    private final ControlHandler handler;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

    private ControlServer(ServerSocketChannel listener, Path socket, ControlHandler handler) {
        this.listener = listener;
        this.socket = socket;
        this.handler = handler;
    }

    /** Listens on a socket only its owner may open; a left-over file of that name is replaced. */
    public static ControlServer start(Path socket, ControlHandler handler) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            listener.close();
            throw new IOException("listening on " + socket + " failed: " + e.getMessage(), e);
        }
        var server = new ControlServer(listener, socket, handler);
        server.threads.execute(server::accept);
        return server;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                if (connections.tryAcquire()) {
                    threads.execute(() -> serve(connection));
                } else {
                    connection.close();
                }
            }
        } catch (ClosedChannelException _) {
            // Closed by close(): the end of this thread.
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the control socket is lost reason={0}", e.getMessage());
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

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        Files.deleteIfExists(socket);
    }
}
