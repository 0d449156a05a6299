package io.keelson.reboot.standalone;

import io.keelson.etcd.EtcdLogin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a coordinator is started.
 *
 * @param store etcd, or a directory of this machine
 * @param clockOffset shifts the clock it judges windows by, for fault tests
 */
record ServeOptions(
        InetSocketAddress listen,
        Store store,
        Optional<Path> policy,
        Door door,
        Duration clockOffset) {
    static final String USAGE =
            """
            Usage: keelson reboot serve (--etcd URL[,URL] | --data DIR) [options]
              --etcd URLS         endpoints of one etcd cluster; any number of coordinators may share it
              --etcd-ca FILE      who vouches for etcd (PEM)
              --etcd-cert FILE    client certificate for etcd (PEM), with --etcd-key FILE (PKCS #8)
              --etcd-user NAME    log in to etcd, with --etcd-password FILE
              --data DIR          keep the groups on this machine, for a single coordinator
              --policy FILE       the groups and their rules (default: one group 'default', one slot)
              --listen HOST:PORT  where to serve (default 127.0.0.1:8090, port 0 for any)
              --tls-cert FILE     serve HTTPS with this certificate (PEM), with --tls-key FILE (PKCS #8)
              --client-ca FILE    ask clients for certificates of this authority (PEM)
              --tokens FILE       lines 'TOKEN node ID...' or 'TOKEN operator NAME'
              --operator NAME     a certificate of that name may steer groups; repeatable
              --plain-fleetlock   believe any id in FleetLock's calls, from any machine
              --no-local-trust    callers on loopback must prove who they are, too
              --clock-offset SEC  shift the clock, for fault tests only
            """;

    private static final Set<String> FLAGS = Set.of("--plain-fleetlock", "--no-local-trust");
    private static final Set<String> VALUES =
            Set.of(
                    "--etcd",
                    "--etcd-ca",
                    "--etcd-cert",
                    "--etcd-key",
                    "--etcd-user",
                    "--etcd-password",
                    "--data",
                    "--policy",
                    "--listen",
                    "--tls-cert",
                    "--tls-key",
                    "--client-ca",
                    "--tokens",
                    "--operator",
                    "--clock-offset");

    /** Where groups are kept. */
    sealed interface Store {
        record Etcd(
                List<URI> endpoints,
                Optional<Path> authority,
                Optional<KeyPair> client,
                Optional<EtcdLogin> login)
                implements Store {}

        record Directory(Path path) implements Store {}
    }

    /** A certificate and its key. */
    record KeyPair(Path certificate, Path key) {}

    /** Who is let in. */
    record Door(
            Optional<KeyPair> tls,
            Optional<Path> clientAuthority,
            Optional<Path> tokens,
            Set<String> operators,
            Set<String> flags) {
        boolean isPlain() {
            return flags.contains("--plain-fleetlock");
        }

        boolean trustsLocal() {
            return !flags.contains("--no-local-trust");
        }
    }

    /** Reads command-line arguments; an {@link IllegalArgumentException} tells what is wrong. */
    static ServeOptions parse(List<String> args) {
        Map<String, String> values = new HashMap<>();
        List<String> operators = new ArrayList<>();
        Set<String> flags = new HashSet<>();
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            if (FLAGS.contains(option)) {
                flags.add(option);
            } else if (!VALUES.contains(option)) {
                throw new IllegalArgumentException(
                        "unknown option " + option + "; see --help for those there are");
            } else if (!rest.hasNext()) {
                throw new IllegalArgumentException(option + " needs a value");
            } else if (option.equals("--operator")) {
                operators.add(rest.next());
            } else {
                values.put(option, rest.next());
            }
        }
        var door =
                new Door(
                        pair(values, "--tls-cert", "--tls-key"),
                        path(values, "--client-ca"),
                        path(values, "--tokens"),
                        Set.copyOf(operators),
                        Set.copyOf(flags));
        InetSocketAddress listen = listen(values.getOrDefault("--listen", "127.0.0.1:8090"));
        requireSafe(listen, door);
        return new ServeOptions(
                listen,
                store(values),
                path(values, "--policy"),
                door,
                Duration.ofSeconds(number(values.getOrDefault("--clock-offset", "0"))));
    }

    private static void requireSafe(InetSocketAddress listen, Door door) {
        if (door.clientAuthority().isPresent() && door.tls().isEmpty()) {
            throw new IllegalArgumentException(
                    "--client-ca needs --tls-cert and --tls-key: certificates are shown over TLS");
        }
        boolean isOpen = !listen.getAddress().isLoopbackAddress();
        boolean tellsApart = door.clientAuthority().isPresent() || door.tokens().isPresent();
        if (isOpen && !tellsApart && !door.isPlain()) {
            throw new IllegalArgumentException(
                    "--listen "
                            + listen.getHostString()
                            + " is reachable from other machines, and nothing tells callers apart:"
                            + " give --tokens or --client-ca, or --plain-fleetlock to believe"
                            + " whatever id a client names");
        }
    }

    private static Store store(Map<String, String> values) {
        boolean isEtcd = values.containsKey("--etcd");
        if (isEtcd == values.containsKey("--data")) {
            throw new IllegalArgumentException("give either --etcd URLS or --data DIR");
        }
        return isEtcd
                ? new Store.Etcd(
                        Arrays.stream(values.getOrDefault("--etcd", "").split(",", -1))
                                .map(URI::create)
                                .toList(),
                        path(values, "--etcd-ca"),
                        pair(values, "--etcd-cert", "--etcd-key"),
                        login(values))
                : new Store.Directory(Path.of(values.getOrDefault("--data", "")));
    }

    private static Optional<Path> path(Map<String, String> values, String option) {
        return Optional.ofNullable(values.get(option)).map(Path::of);
    }

    private static Optional<KeyPair> pair(
            Map<String, String> values, String certificate, String key) {
        Optional<Path> first = path(values, certificate);
        Optional<Path> second = path(values, key);
        if (first.isPresent() != second.isPresent()) {
            throw new IllegalArgumentException(certificate + " and " + key + " go together");
        }
        return first.map(file -> new KeyPair(file, second.orElseThrow()));
    }

    private static Optional<EtcdLogin> login(Map<String, String> values) {
        Optional<Path> password = path(values, "--etcd-password");
        Optional<String> name = Optional.ofNullable(values.get("--etcd-user"));
        if (name.isPresent() != password.isPresent()) {
            throw new IllegalArgumentException("--etcd-user and --etcd-password go together");
        }
        return name.map(user -> new EtcdLogin(user, password.orElseThrow()));
    }

    private static InetSocketAddress listen(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("--listen is not HOST:PORT: " + text);
        }
        long port = number(text.substring(colon + 1));
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--listen has no port from 0 to 65535: " + text);
        }
        try {
            String host = text.substring(0, colon).replace("[", "").replace("]", "");
            return new InetSocketAddress(InetAddress.getByName(host), (int) port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--listen names no address: " + text, e);
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: " + text, e);
        }
    }
}
