package io.keelson.cli;

import io.keelson.cli.terminal.Terminal;
import io.keelson.server.ServerMain;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The update server. */
@Command(name = "server", description = "runs the update server", mixinStandardHelpOptions = true)
final class ServerCommand extends CommandGroup {
    private final Terminal terminal;

    ServerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** How the server is started. */
    static final class Settings {
        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIR",
                description = "database and payloads; made when missing")
        private Path data = Path.of("");

        @Option(
                names = "--trust",
                required = true,
                paramLabel = "FILE",
                description =
                        "public update key (PEM) that payloads may be signed with; repeatable")
        private List<Path> trust = List.of();

        @Option(
                names = "--port",
                description = "port to listen on, 0 for any (default: ${DEFAULT-VALUE})")
        private int port = 8080;

        @Option(names = "--address", description = "address to listen on (default: loopback)")
        private InetAddress address = InetAddress.getLoopbackAddress();

        @Option(
                names = "--admin-token",
                paramLabel = "FILE",
                description = "token for changes over /api; required off loopback")
        private Optional<Path> adminToken = Optional.empty();

        @Option(
                names = "--reboot-policy",
                paramLabel = "FILE",
                description = "coordinate reboots by these groups and rules")
        private Optional<Path> rebootPolicy = Optional.empty();

        @Option(
                names = "--reboot-etcd",
                paramLabel = "URLS",
                description = "keep the groups in etcd (default: in the data directory)")
        private Optional<String> rebootEtcd = Optional.empty();

        @Option(
                names = "--reboot-tokens",
                paramLabel = "FILE",
                description = "lines 'TOKEN node ID...' or 'TOKEN operator NAME'")
        private Optional<Path> rebootTokens = Optional.empty();

        @Option(
                names = "--reboot-plain",
                description = "believe any id in FleetLock's calls, from any machine")
        private boolean rebootPlain;

        private List<String> reboots() {
            List<String> args = new ArrayList<>();
            rebootPolicy.ifPresent(file -> args.addAll(List.of("--reboot-policy", "" + file)));
            rebootEtcd.ifPresent(urls -> args.addAll(List.of("--reboot-etcd", urls)));
            rebootTokens.ifPresent(file -> args.addAll(List.of("--reboot-tokens", "" + file)));
            if (rebootPlain) {
                args.add("--reboot-plain");
            }
            return args;
        }
    }

    @Command(
            name = "run",
            description = "serves until it is told to end",
            mixinStandardHelpOptions = true)
    int run(@Mixin Settings settings) {
        List<String> args = new ArrayList<>(List.of("--data", settings.data.toString()));
        settings.trust.forEach(key -> args.addAll(List.of("--trust", key.toString())));
        args.addAll(
                List.of(
                        "--port",
                        "" + settings.port,
                        "--address",
                        settings.address.getHostAddress()));
        settings.adminToken.ifPresent(
                file -> args.addAll(List.of("--admin-token", file.toString())));
        args.addAll(settings.reboots());
        return ServerMain.run(args, terminal.out(), terminal.err());
    }
}
