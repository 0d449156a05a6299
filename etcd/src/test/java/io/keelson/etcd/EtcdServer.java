package io.keelson.etcd;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;

import okhttp3.OkHttpClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A real etcd with one member on free loopback ports; its data outlives a stop and start. */
final class EtcdServer implements AutoCloseable {
    private static final int READY_TRIES = 600;
    private static final Duration ETCDCTL_DEADLINE = Duration.ofSeconds(30);

    private final Path directory;
    private final Optional<Certificates> tls;
    private final int clientPort = freePort();
    private final int peerPort = freePort();
    private final List<String> options;
    private ChildProcess process;

    EtcdServer(Path directory, String... options) throws IOException {
        this(directory, Optional.empty(), List.of(options));
    }

    /** An etcd that asks for a client certificate of the same authority. */
    static EtcdServer withTls(Path directory, Certificates certificates) throws IOException {
        return new EtcdServer(directory, Optional.of(certificates), List.of());
    }

    private EtcdServer(Path directory, Optional<Certificates> tls, List<String> options)
            throws IOException {
        this.directory = directory;
        this.tls = tls;
        this.options = options;
        this.process = launch();
    }

    URI endpoint() {
        return URI.create((tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + clientPort);
    }

    EtcdClient client() {
        return client(Optional.empty());
    }

    EtcdClient client(Optional<EtcdUser> user) {
        return new EtcdClient(List.of(endpoint()), http(), Duration.ofSeconds(5), user);
    }

    OkHttpClient http() {
        try {
            return tls.isPresent()
                    ? tls.get().withClientKey().applyTo(new OkHttpClient())
                    : new OkHttpClient();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void restart() throws IOException {
        stop();
        start();
    }

    void stop() {
        process.close();
    }

    void start() throws IOException {
        process = launch();
    }

    /** Where etcd keeps its store while it runs. */
    Path data() {
        return directory.resolve("data");
    }

    /** Makes a stopped server's store anew from a snapshot, as an operator would. */
    void restoreFrom(Path snapshot) throws IOException, InterruptedException {
        Command.run(List.of("rm", "-r", data().toString()), ETCDCTL_DEADLINE).orThrow("removing");
        Command.run(
                        List.of(
                                "/usr/bin/etcdctl",
                                "snapshot",
                                "restore",
                                snapshot.toString(),
                                "--name=one",
                                "--data-dir=" + data(),
                                "--initial-cluster=one=" + peer(),
                                "--initial-advertise-peer-urls=" + peer()),
                        ETCDCTL_DEADLINE,
                        Map.of("ETCDCTL_API", "3"))
                .orThrow("restoring");
    }

    /** Runs the reference client against this server. */
    String etcdctl(String... arguments) throws IOException, InterruptedException {
        var argv = new ArrayList<>(List.of("/usr/bin/etcdctl", "--endpoints=" + endpoint()));
        argv.addAll(List.of(arguments));
        return Command.run(argv, ETCDCTL_DEADLINE, Map.of("ETCDCTL_API", "3"))
                .orThrow("etcdctl")
                .stdout();
    }

    @Override
    public void close() {
        process.close();
    }

    private ChildProcess launch() throws IOException {
        var argv =
                new ArrayList<>(
                        List.of(
                                "/usr/bin/etcd",
                                "--name=one",
                                "--data-dir=" + data(),
                                "--listen-client-urls=" + endpoint(),
                                "--advertise-client-urls=" + endpoint(),
                                "--listen-peer-urls=" + peer(),
                                "--initial-advertise-peer-urls=" + peer(),
                                "--initial-cluster=one=" + peer()));
        argv.addAll(options);
        tls.ifPresent(files -> argv.addAll(files.serverOptions()));
        ChildProcess started = Command.start(argv, directory.resolve("etcd.log"), Map.of());
        for (int i = 0; i < READY_TRIES && started.isAlive(); i++) {
            // A refusal of the request itself also comes from a server that is ready.
            if (client().status() instanceof EtcdResult.Known<?>) {
                return started;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        started.close();
        throw new IOException("etcd did not become ready: see " + directory.resolve("etcd.log"));
    }

    private String peer() {
        return "http://127.0.0.1:" + peerPort;
    }

    static URI freeEndpoint() {
        return URI.create("http://127.0.0.1:" + freePort());
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free loopback port", e);
        }
    }
}
