package io.keelson.reboot;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.Range;
import io.keelson.host.ChildProcess;
import io.keelson.host.Command;

import okhttp3.OkHttpClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A real etcd with one member on free loopback ports; its data outlives a stop and start. */
public final class EtcdServer implements AutoCloseable {
    private static final int READY_TRIES = 600;

    private final Path directory;
    private final URI endpoint = freeEndpoint();
    private final URI peer = freeEndpoint();
    private ChildProcess process;

    public EtcdServer(Path directory) throws IOException {
        this.directory = directory;
        this.process = launch();
    }

    public URI endpoint() {
        return endpoint;
    }

    public EtcdClient client() {
        return new EtcdClient(List.of(endpoint), new OkHttpClient(), Duration.ofSeconds(5));
    }

    /** As a power cut of its machine would: no chance to finish anything. */
    public void kill() throws InterruptedException {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        process.waitFor(Duration.ofSeconds(10));
    }

    public void start() throws IOException {
        process.close();
        process = launch();
    }

    @Override
    public void close() {
        process.close();
    }

    private ChildProcess launch() throws IOException {
        ChildProcess started =
                Command.start(
                        List.of(
                                "/usr/bin/etcd",
                                "--name=one",
                                "--data-dir=" + directory.resolve("data"),
                                "--listen-client-urls=" + endpoint,
                                "--advertise-client-urls=" + endpoint,
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=one=" + peer),
                        directory.resolve("etcd.log"),
                        Map.of());
        for (int i = 0; i < READY_TRIES && started.isAlive(); i++) {
            if (client().range(Range.ofKey("ready")) instanceof EtcdResult.Known<?>) {
                return started;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        started.close();
        throw new IOException("etcd did not become ready: see " + directory.resolve("etcd.log"));
    }

    static URI freeEndpoint() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        } catch (IOException e) {
            throw new IllegalStateException("no free loopback port", e);
        }
    }
}
