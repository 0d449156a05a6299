package io.keelson.qemu.service;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Debian's etcd, one member on loopback, its data in a directory of ours. */
public final class EtcdServer implements AutoCloseable {
    private static final Duration READY_DEADLINE = Duration.ofMinutes(1);

    private final ChildProcess process;
    private final int port;

    private EtcdServer(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** As {@link #start(Path, Custody)}, for a caller that closes it itself. */
    public static EtcdServer start(Path directory) throws IOException, InterruptedException {
        return start(directory, Custody.NONE);
    }

    /** Starts with whatever data the directory holds and waits until it serves. */
    public static EtcdServer start(Path directory, Custody custody)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        int port = FreePort.any();
        int peerPort = FreePort.any();
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + peerPort;
        Path log = directory.resolve("etcd.log");
        List<String> argv =
                List.of(
                        "etcd",
                        "--name",
                        "keelson",
                        "--data-dir",
                        directory.resolve("data").toString(),
                        "--listen-client-urls",
                        client,
                        "--advertise-client-urls",
                        client,
                        "--listen-peer-urls",
                        peer,
                        "--initial-advertise-peer-urls",
                        peer,
                        "--initial-cluster",
                        "keelson=" + peer,
                        "--logger",
                        "zap",
                        "--log-level",
                        "warn");
        ChildProcess process = Command.start(argv, log, Map.of());
        try {
            custody.take(process);
            new Readiness("etcd", process, log, URI.create(client + "/health"))
                    .await(READY_DEADLINE);
        } catch (IOException | InterruptedException e) {
            process.close();
            throw e;
        }
        return new EtcdServer(process, port);
    }

    /** For programs on this machine. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
