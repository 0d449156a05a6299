package io.keelson.reboot.faults;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.Member;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.Range;
import io.keelson.host.ChildProcess;
import io.keelson.host.Command;

import okhttp3.OkHttpClient;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Three real members of etcd, each in its own network namespace and on its own small disk. */
final class Cluster implements AutoCloseable {
    static final int NODES = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int READY_TRIES = 600;
    // The write-ahead log alone takes its first 64 MB twice.
    private static final String DISK = "size=224m";

    private final Path directory;
    private final Network network;
    private final ChildProcess[] members = new ChildProcess[NODES + 1];
    private final List<Path> mounts = new ArrayList<>();
    private final Thread onExit = new Thread(this::end);

    private Cluster(Path directory, Network network) {
        this.directory = directory;
        this.network = network;
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    static Cluster start(Path directory) throws IOException {
        var cluster = new Cluster(directory, Network.of(NODES));
        try {
            for (int node = 1; node <= NODES; node++) {
                Path disk = Files.createDirectory(cluster.disk(node));
                Network.run(
                        List.of("/bin/mount", "-t", "tmpfs", "-o", DISK, "none", disk.toString()));
                cluster.mounts.add(disk);
            }
            cluster.startAll();
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
    }

    Network network() {
        return network;
    }

    URI endpoint(int node) {
        return URI.create("http://" + network.address(node) + ":2379");
    }

    List<URI> endpoints() {
        return IntStream.rangeClosed(1, NODES).mapToObj(this::endpoint).toList();
    }

    EtcdClient client(Duration timeout) {
        return new EtcdClient(endpoints(), new OkHttpClient(), timeout);
    }

    EtcdClient clientOf(int node, Duration timeout) {
        return new EtcdClient(List.of(endpoint(node)), new OkHttpClient(), timeout);
    }

    void startAll() throws IOException {
        for (int node = 1; node <= NODES; node++) {
            start(node);
        }
        awaitReady();
    }

    void start(int node) throws IOException {
        String peer = peer(node);
        String all =
                String.join(
                        ",",
                        IntStream.rangeClosed(1, NODES)
                                .mapToObj(each -> "n" + each + "=" + peer(each))
                                .toList());
        var argv =
                network.inside(
                        node,
                        List.of(
                                "/usr/bin/etcd",
                                "--name=n" + node,
                                "--data-dir=" + disk(node).resolve("data"),
                                "--listen-client-urls=" + endpoint(node),
                                "--advertise-client-urls=" + endpoint(node),
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=" + all,
                                "--heartbeat-interval=50",
                                "--election-timeout=500"));
        members[node] = Command.start(argv, directory.resolve("n" + node + ".log"), Map.of());
    }

    /** Waits until a majority answers. */
    void awaitReady() throws IOException {
        var client = client(Duration.ofSeconds(2));
        for (int i = 0; i < READY_TRIES; i++) {
            if (client.range(Range.ofKey("ready")) instanceof EtcdResult.Known<?>) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new IOException("the cluster did not become ready: see the logs in " + directory);
    }

    /** Waits until every member is healthy. */
    void awaitWhole() throws IOException {
        awaitReady();
        var client = client(Duration.ofSeconds(2));
        for (int i = 0; i < READY_TRIES; i++) {
            if (client.health() instanceof EtcdResult.Known<Member.ClusterHealth>(var health)
                    && health.healthyVoters() == NODES) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new IOException("the cluster did not become whole: see the logs in " + directory);
    }

    /** The member that leads, if one says so. */
    Optional<Integer> leader() {
        for (int node = 1; node <= NODES; node++) {
            if (clientOf(node, Duration.ofSeconds(1)).status()
                            instanceof EtcdResult.Known<MemberStatus>(var status)
                    && status.isLeader()) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }

    /** SIGKILL. */
    void kill(int node) throws IOException {
        signal(node, "KILL");
        members[node].close();
    }

    void signal(int node, String name) throws IOException {
        Network.run(List.of("/bin/kill", "-" + name, Long.toString(members[node].pid())));
    }

    boolean isRunning(int node) {
        return members[node].isAlive();
    }

    /** Leaves no byte free on a member's disk. */
    void fillDisk(int node) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler(node))) {
            byte[] block = new byte[1 << 16];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    /** Frees the disk and starts the member again if that ended it. */
    void freeDisk(int node) throws IOException {
        Files.deleteIfExists(filler(node));
        if (!members[node].isAlive()) {
            members[node].close();
            start(node);
        }
    }

    String etcdctl(String... arguments) throws IOException {
        var argv = new ArrayList<>(List.of("/usr/bin/etcdctl", "--endpoints=" + endpoint(1)));
        argv.addAll(List.of(arguments));
        try {
            return Command.run(argv, DEADLINE, Map.of("ETCDCTL_API", "3"))
                    .orThrow("etcdctl")
                    .stdout();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Ends all members and makes their stores anew from a snapshot, as an operator would. */
    void restore(Path snapshot) throws IOException {
        String all =
                String.join(
                        ",",
                        IntStream.rangeClosed(1, NODES)
                                .mapToObj(each -> "n" + each + "=" + peer(each))
                                .toList());
        for (int node = 1; node <= NODES; node++) {
            kill(node);
        }
        for (int node = 1; node <= NODES; node++) {
            Path data = disk(node).resolve("data");
            Network.run(List.of("/bin/rm", "-r", data.toString()));
            etcdctl(
                    "snapshot",
                    "restore",
                    snapshot.toString(),
                    "--name=n" + node,
                    "--data-dir=" + data,
                    "--initial-cluster=" + all,
                    "--initial-advertise-peer-urls=" + peer(node));
        }
        startAll();
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(onExit);
    }

    private void end() {
        for (ChildProcess member : members) {
            if (member != null) {
                ProcessHandle.of(member.pid()).ifPresent(ProcessHandle::destroyForcibly);
                member.close();
            }
        }
        for (Path mount : mounts) {
            try {
                Network.run(List.of("/bin/umount", "-l", mount.toString()));
            } catch (IOException _) {
                // It was unmounted already.
            }
        }
        network.close();
    }

    private String peer(int node) {
        return "http://" + network.address(node) + ":" + network.peerPort();
    }

    private Path disk(int node) {
        return directory.resolve("disk" + node);
    }

    private Path filler(int node) {
        return disk(node).resolve("filler");
    }
}
