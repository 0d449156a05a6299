package io.keelson.qemu.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports on loopback. */
public final class FreePort {
    private FreePort() {}

    /** A port nobody uses at this moment. */
    static int any() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The port itself, if nobody uses it; 0 stands for any. */
    public static int require(int port) throws IOException {
        if (port == 0) {
            return any();
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException e) {
            throw new IOException(
                    "port " + port + " is taken: free it or choose another with --port", e);
        }
    }
}
