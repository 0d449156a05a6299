package io.keelson.server.reboot;

import io.keelson.etcd.EtcdClient;
import io.keelson.reboot.Surroundings;
import io.keelson.reboot.Timepiece;
import io.keelson.reboot.group.PolicyFile;
import io.keelson.reboot.serve.Coordinator;
import io.keelson.reboot.serve.EtcdHealth;
import io.keelson.reboot.serve.PolicyWatch;
import io.keelson.reboot.standalone.Tokens;
import io.keelson.reboot.store.EtcdGroupStore;
import io.keelson.reboot.store.FileStores;

import okhttp3.OkHttpClient;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The coordinator and its store, for as long as the server runs. */
public final class RebootService implements AutoCloseable {
    private static final Duration ETCD_TIMEOUT = Duration.ofSeconds(5);

    private final Coordinator coordinator;
    private final PolicyWatch watch;
    private final Tokens tokens;
    private final Closeable store;

    private RebootService(
            Coordinator coordinator, PolicyWatch watch, Tokens tokens, Closeable store) {
        this.coordinator = coordinator;
        this.watch = watch;
        this.tokens = tokens;
        this.store = store;
    }

    /**
     * What it is made of.
     *
     * @param etcd endpoints; none for a log in {@code directory}
     */
    public record Settings(
            Path policy, List<URI> etcd, Path directory, Optional<Path> tokens, boolean isPlain) {}

    /** Reads the policy and starts to look after its groups. */
    public static RebootService start(Settings settings, InstantSource clock) throws IOException {
        PolicyWatch watch = PolicyWatch.open(settings.policy(), !settings.etcd().isEmpty());
        PolicyFile policies = watch.policies();
        Tokens tokens =
                settings.tokens().isPresent()
                        ? Tokens.read(settings.tokens().get())
                        : Tokens.none();
        if (settings.etcd().isEmpty()) {
            FileStores files = FileStores.open(settings.directory());
            return started(
                    new Coordinator(
                            policies,
                            new Coordinator.Parts(
                                    files::group,
                                    Timepiece.of(clock),
                                    () -> UUID.randomUUID().toString(),
                                    RandomGenerator.getDefault(),
                                    Surroundings.NONE,
                                    settings.isPlain())),
                    watch,
                    tokens,
                    files::close);
        }
        var etcd = new EtcdClient(settings.etcd(), new OkHttpClient(), ETCD_TIMEOUT);
        var health = new EtcdHealth(etcd);
        return started(
                new Coordinator(
                        policies,
                        new Coordinator.Parts(
                                group -> new EtcdGroupStore(etcd, group),
                                Timepiece.of(clock),
                                () -> UUID.randomUUID().toString(),
                                RandomGenerator.getDefault(),
                                health,
                                settings.isPlain())),
                watch,
                tokens,
                health::close);
    }

    private static RebootService started(
            Coordinator coordinator, PolicyWatch watch, Tokens tokens, Closeable store) {
        coordinator.start();
        watch.start(coordinator);
        return new RebootService(coordinator, watch, tokens, store);
    }

    Coordinator coordinator() {
        return coordinator;
    }

    Tokens tokens() {
        return tokens;
    }

    @Override
    public void close() throws IOException {
        watch.close();
        coordinator.close();
        store.close();
    }
}
