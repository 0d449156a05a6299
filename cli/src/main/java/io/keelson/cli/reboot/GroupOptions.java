package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Terminal;
import io.keelson.etcd.EtcdClient;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Which group, and how to get at it. */
final class GroupOptions {
    private static final Duration ETCD_TIMEOUT = Duration.ofSeconds(5);

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:KEELSON_COORDINATOR}",
            description =
                    "a coordinator, asked instead of etcd (default: $KEELSON_COORDINATOR, or none)")
    private Optional<URI> server = Optional.empty();

    @Option(
            names = "--token",
            paramLabel = "FILE",
            defaultValue = "${env:KEELSON_OPERATOR_TOKEN_FILE}",
            description =
                    "an operator's token for the coordinator (default: $KEELSON_OPERATOR_TOKEN_FILE)")
    private Optional<Path> token = Optional.empty();

    @Option(
            names = "--etcd",
            paramLabel = "URL",
            split = ",",
            defaultValue = "${env:KEELSON_ETCD:-http://127.0.0.1:2379}",
            description = "etcd endpoints (default: $KEELSON_ETCD or http://127.0.0.1:2379)")
    private List<URI> endpoints = List.of();

    @Mixin private SecurityOptions security = new SecurityOptions();

    @Option(
            names = "--group",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "group of hosts that share the slots (default: default)")
    private String group = "default";

    String group() {
        return group;
    }

    GroupAccess access(Terminal terminal) throws IOException {
        return server.isPresent()
                ? new CoordinatorAccess(server.get(), security.http(), token, group)
                : direct(terminal, group);
    }

    /** Past any coordinator: for what only a writer of etcd can do. */
    EtcdAccess direct(Terminal terminal, String name) throws IOException {
        return new EtcdAccess(etcd(), name, terminal.clock());
    }

    EtcdClient etcd() throws IOException {
        return new EtcdClient(endpoints, security.http(), ETCD_TIMEOUT, security.etcdUser());
    }

    boolean hasServer() {
        return server.isPresent();
    }
}
