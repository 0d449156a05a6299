package io.keelson.reboot.faults;

import io.keelson.host.Command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Network namespaces behind one bridge, all with names of this process. Packets are dropped by
 * rules inside a namespace: nothing outside is touched, and all of it goes when this is closed.
 */
final class Network implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int PEER_PORT = 2380;

    private final String prefix;
    private final int subnet;
    private final int nodes;

    private Network(int nodes) {
        long process = ProcessHandle.current().pid();
        this.prefix = "kl" + Long.toString(process, Character.MAX_RADIX);
        this.subnet = (int) (process % 250) + 1;
        this.nodes = nodes;
    }

    /** Why there cannot be one here, or nothing. */
    static Optional<String> missing() {
        for (String tool : List.of("/usr/sbin/ip", "/usr/sbin/nft", "/usr/bin/etcd")) {
            if (!Files.isExecutable(Path.of(tool))) {
                return Optional.of(tool + " is not installed");
            }
        }
        var trial = new Network(0);
        try {
            trial.ip("netns", "add", trial.prefix + "try");
            trial.ip("netns", "del", trial.prefix + "try");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("network namespaces are not permitted: " + e.getMessage());
        }
    }

    static Network of(int nodes) throws IOException {
        var network = new Network(nodes);
        try {
            network.build();
            return network;
        } catch (IOException e) {
            network.close();
            throw e;
        }
    }

    private void build() throws IOException {
        ip("link", "add", bridge(), "type", "bridge");
        ip("addr", "add", "198.18." + subnet + ".254/24", "dev", bridge());
        ip("link", "set", bridge(), "up");
        for (int node = 1; node <= nodes; node++) {
            String outside = prefix + "o" + node;
            ip("netns", "add", namespace(node));
            ip("link", "add", outside, "type", "veth", "peer", "name", prefix + "i" + node);
            ip("link", "set", prefix + "i" + node, "netns", namespace(node), "name", "eth0");
            ip("link", "set", outside, "master", bridge(), "up");
            ip("-n", namespace(node), "addr", "add", address(node) + "/24", "dev", "eth0");
            ip("-n", namespace(node), "link", "set", "eth0", "up");
            ip("-n", namespace(node), "link", "set", "lo", "up");
        }
    }

    String address(int node) {
        return "198.18." + subnet + "." + node;
    }

    /** A command as it runs inside the node's namespace. */
    List<String> inside(int node, List<String> argv) {
        var command = new ArrayList<>(List.of("/usr/sbin/ip", "netns", "exec", namespace(node)));
        command.addAll(argv);
        return command;
    }

    /** Drops every packet of a node: clients and peers lose it. */
    void cutOff(int node) throws IOException {
        drop(node, "ip saddr 198.18.0.0/16");
    }

    /** Drops what its peers say: clients still reach a member that has no leader. */
    void cutFromPeers(int node) throws IOException {
        drop(node, "ip saddr 198.18." + subnet + ".1-198.18." + subnet + "." + nodes);
    }

    private void drop(int node, String from) throws IOException {
        heal(node);
        String to = from.replace("saddr", "daddr");
        nft(node, "add table ip cut");
        nft(node, "add chain ip cut in { type filter hook input priority 0; }");
        nft(node, "add chain ip cut out { type filter hook output priority 0; }");
        // The node's own gateway speaks to itself by this address.
        String self = address(node);
        nft(node, "add rule ip cut in ip saddr " + self + " accept");
        nft(node, "add rule ip cut out ip daddr " + self + " accept");
        nft(node, "add rule ip cut in " + from + " drop");
        nft(node, "add rule ip cut out " + to + " drop");
    }

    void heal(int node) throws IOException {
        nft(node, "add table ip cut");
        nft(node, "delete table ip cut");
    }

    int peerPort() {
        return PEER_PORT;
    }

    @Override
    public void close() {
        for (int node = 1; node <= nodes; node++) {
            quietly("netns", "del", namespace(node));
            quietly("link", "del", prefix + "o" + node);
        }
        quietly("link", "del", bridge());
    }

    private String namespace(int node) {
        return prefix + "-" + node;
    }

    private String bridge() {
        return prefix + "br";
    }

    private void nft(int node, String rule) throws IOException {
        run(inside(node, List.of("/usr/sbin/nft", rule)));
    }

    private void ip(String... arguments) throws IOException {
        var argv = new ArrayList<>(List.of("/usr/sbin/ip"));
        argv.addAll(List.of(arguments));
        run(argv);
    }

    private void quietly(String... arguments) {
        try {
            ip(arguments);
        } catch (IOException _) {
            // It was not made, or went with another part.
        }
    }

    static void run(List<String> argv) throws IOException {
        try {
            Command.run(argv, DEADLINE).orThrow(argv.getFirst());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
