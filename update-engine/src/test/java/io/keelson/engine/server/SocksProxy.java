package io.keelson.engine.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A SOCKS 5 proxy without authentication (RFC 1928) behind which every name is one web server. */
final class SocksProxy implements AutoCloseable {
    private static final int VERSION = 5;
    private static final int DOMAIN = 3;

    private final ServerSocket socket;
    private final int webPort;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private SocksProxy(ServerSocket socket, int webPort) {
        this.socket = socket;
        this.webPort = webPort;
    }

    static SocksProxy start(int webPort) throws IOException {
        var proxy =
                new SocksProxy(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), webPort);
        Thread.ofPlatform().daemon().name("socks").start(proxy::serve);
        return proxy;
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Where clients wanted to go. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                serve(client);
            } catch (IOException _) {
                // The next one may do better.
            }
        }
    }

    private void serve(Socket client) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        var out = client.getOutputStream();
        require(in.readByte() == VERSION);
        in.skipNBytes(in.readUnsignedByte());
        out.write(new byte[] {VERSION, 0});
        in.skipNBytes(3);
        require(in.readByte() == DOMAIN);
        byte[] name = in.readNBytes(in.readUnsignedByte());
        asked.add(new String(name, StandardCharsets.US_ASCII) + ":" + in.readUnsignedShort());
        out.write(new byte[] {VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        try (var web = new Socket(InetAddress.getLoopbackAddress(), webPort)) {
            Thread.ofPlatform().daemon().start(() -> copy(client, web));
            web.getInputStream().transferTo(out);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // One of them has hung up.
        }
    }

    private static void require(boolean isTrue) throws IOException {
        if (!isTrue) {
            throw new IOException("not what RFC 1928 says");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
