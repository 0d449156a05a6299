package io.keelson.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * How a server is started.
 *
 * @param address the address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param data the directory of the database and the payloads
 * @param trust PEM files of public update keys; at least one
 * @param adminToken a file with the token that changes through the API need
 * @param reboots the reboot coordinator, if this server is to be one
 */
public record ServerOptions(
        String address,
        int port,
        Path data,
        List<Path> trust,
        Optional<Path> adminToken,
        Optional<RebootOptions> reboots) {
    /** What {@code --help} prints. */
    public static final String USAGE =
            """
            Usage: keelson server run --data DIR --trust PUBKEY.pem [options]
              --data DIR          database and payloads; made when missing
              --trust FILE        a public update key (PEM) that payloads may be signed with; repeatable
              --port PORT         port to listen on (default 8080, 0 for any free one)
              --address ADDRESS   address to listen on (default 127.0.0.1)
              --admin-token FILE  token for changes over /api; required off loopback
              --reboot-policy FILE    coordinate reboots by these groups and rules
              --reboot-etcd URL[,URL] keep the groups in etcd (default: in the data directory)
              --reboot-tokens FILE    lines 'TOKEN node ID...' or 'TOKEN operator NAME'
              --reboot-plain          believe any id in FleetLock's calls, from any machine
            """;

    private static final int PORT_DEFAULT = 8080;
    private static final int PORT_MAX = 65_535;

    /** A server that coordinates no reboots. */
    public ServerOptions(
            String address, int port, Path data, List<Path> trust, Optional<Path> adminToken) {
        this(address, port, data, trust, adminToken, Optional.empty());
    }

    public ServerOptions {
        trust = List.copyOf(trust);
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("--port is not between 0 and 65535: " + port);
        }
        if (trust.isEmpty()) {
            throw new IllegalArgumentException(
                    "--trust is missing: name the public key that payloads are signed with");
        }
        if (adminToken.isEmpty() && !isLoopback(address)) {
            throw new IllegalArgumentException(
                    "--address "
                            + address
                            + " is reachable from other machines, so the administration API needs"
                            + " --admin-token FILE");
        }
    }

    /** Reads command-line arguments; an {@link IllegalArgumentException} tells what is wrong. */
    public static ServerOptions parse(List<String> args) {
        String address = "127.0.0.1";
        int port = PORT_DEFAULT;
        Optional<Path> data = Optional.empty();
        List<Path> trust = new ArrayList<>();
        Optional<Path> adminToken = Optional.empty();
        var reboots = new RebootOptions.Draft();
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--address" -> address = value(option, rest);
                case "--port" -> port = number(option, value(option, rest));
                case "--data" -> data = Optional.of(Path.of(value(option, rest)));
                case "--trust" -> trust.add(Path.of(value(option, rest)));
                case "--admin-token" -> adminToken = Optional.of(Path.of(value(option, rest)));
                case "--reboot-policy" -> reboots.policy(Path.of(value(option, rest)));
                case "--reboot-etcd" -> reboots.etcd(value(option, rest));
                case "--reboot-tokens" -> reboots.tokens(Path.of(value(option, rest)));
                case "--reboot-plain" -> reboots.plain();
                default ->
                        throw new IllegalArgumentException(
                                "unknown option "
                                        + option
                                        + "; known: --address, --admin-token, --data, --port,"
                                        + " --reboot-etcd, --reboot-plain, --reboot-policy,"
                                        + " --reboot-tokens, --trust");
            }
        }
        Path directory =
                data.orElseThrow(() ->
                        new IllegalArgumentException(
                                "--data is missing: name a directory for the database and"
                                        + " the payloads"));
        return new ServerOptions(address, port, directory, trust, adminToken, reboots.done());
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }

    private static int number(String option, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " is not a number: " + text, e);
        }
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "--address is not an address of this machine: " + address, e);
        }
    }
}
