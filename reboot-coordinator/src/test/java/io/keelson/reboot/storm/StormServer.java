package io.keelson.reboot.storm;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;
import io.keelson.reboot.EtcdServer;
import io.keelson.reboot.standalone.CoordinatorMain;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** {@code keelson reboot serve} in a process of its own, on a real etcd in another. */
final class StormServer implements AutoCloseable {
    private static final int READY_TRIES = 600;

    private final EtcdServer etcd;
    private final InetSocketAddress address;
    private final ChildProcess coordinator;

    StormServer(Path directory) throws IOException {
        etcd = new EtcdServer(directory);
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        coordinator =
                Command.start(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx768m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CoordinatorMain.class.getName(),
                                "--etcd",
                                etcd.endpoint().toString(),
                                "--listen",
                                "127.0.0.1:" + port),
                        directory.resolve("coordinator.log"),
                        Map.of());
        for (int i = 0; i < READY_TRIES; i++) {
            if (Http.send(address, "GET", "/v2/groups/default", "").status() == 200) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        close();
        throw new IOException("the coordinator did not start: see the logs in " + directory);
    }

    EtcdServer etcd() {
        return etcd;
    }

    InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        coordinator.close();
        etcd.close();
    }
}
