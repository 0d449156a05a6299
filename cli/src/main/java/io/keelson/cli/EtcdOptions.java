package io.keelson.cli;

import io.keelson.cli.terminal.Terminal;
import io.keelson.etcd.EtcdClient;
import io.keelson.reboot.RebootLock;

import okhttp3.OkHttpClient;

import picocli.CommandLine.Option;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Where the reboot lock is kept. */
final class EtcdOptions {
    private static final Duration ETCD_TIMEOUT = Duration.ofSeconds(5);

    @Option(
            names = "--etcd",
            paramLabel = "URL",
            split = ",",
            defaultValue = "${env:KEELSON_ETCD:-http://127.0.0.1:2379}",
            description = "etcd endpoints (default: $KEELSON_ETCD or http://127.0.0.1:2379)")
    private List<URI> endpoints = List.of();

    @Option(
            names = "--group",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "group of hosts that share the slots (default: default)")
    private String group = "default";

    RebootLock lock(Terminal terminal) {
        var etcd = new EtcdClient(endpoints, new OkHttpClient(), ETCD_TIMEOUT);
        return new RebootLock(
                etcd,
                group,
                terminal.clock(),
                () -> UUID.randomUUID().toString(),
                RandomGenerator.getDefault());
    }
}
