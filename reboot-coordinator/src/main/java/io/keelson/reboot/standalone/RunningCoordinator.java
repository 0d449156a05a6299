package io.keelson.reboot.standalone;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdUser;
import io.keelson.etcd.TlsFiles;
import io.keelson.reboot.Timepiece;
import io.keelson.reboot.group.PolicyFile;
import io.keelson.reboot.serve.Coordinator;
import io.keelson.reboot.serve.EtcdHealth;
import io.keelson.reboot.serve.PolicyWatch;
import io.keelson.reboot.standalone.HttpFront.Doorkeeping;
import io.keelson.reboot.standalone.HttpFront.Tls;
import io.keelson.reboot.standalone.ServeOptions.Door;
import io.keelson.reboot.standalone.ServeOptions.Store;
import io.keelson.reboot.store.EtcdGroupStore;
import io.keelson.reboot.store.FileStores;

import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A coordinator that serves. */
final class RunningCoordinator implements AutoCloseable {
    private static final Duration ETCD_TIMEOUT = Duration.ofSeconds(5);

    private final Coordinator coordinator;
    private final HttpFront front;
    private final Optional<PolicyWatch> watch;
    private final boolean isSecured;
    private final AutoCloseable store;

    private RunningCoordinator(
            Coordinator coordinator,
            HttpFront front,
            Optional<PolicyWatch> watch,
            boolean isSecured,
            AutoCloseable store) {
        this.coordinator = coordinator;
        this.front = front;
        this.watch = watch;
        this.isSecured = isSecured;
        this.store = store;
    }

    static RunningCoordinator start(ServeOptions options, InstantSource system) throws IOException {
        boolean hasEtcd = options.store() instanceof Store.Etcd;
        Optional<PolicyWatch> watch = Optional.empty();
        if (options.policy().isPresent()) {
            watch = Optional.of(PolicyWatch.open(options.policy().get(), hasEtcd));
        }
        PolicyFile policies =
                watch.map(PolicyWatch::policies).orElseGet(() -> PolicyFile.ofDefaults("default"));
        InstantSource clock = () -> system.instant().plus(options.clockOffset());
        return switch (options.store()) {
            case Store.Etcd etcd -> {
                EtcdClient client = client(etcd);
                var health = new EtcdHealth(client);
                var parts =
                        new Coordinator.Parts(
                                group -> new EtcdGroupStore(client, group),
                                Timepiece.of(clock),
                                () -> UUID.randomUUID().toString(),
                                RandomGenerator.getDefault(),
                                health,
                                options.door().isPlain());
                yield serve(options, new Coordinator(policies, parts), watch, health);
            }
            case Store.Directory(var path) -> {
                FileStores files = FileStores.open(path);
                var parts =
                        new Coordinator.Parts(
                                files::group,
                                Timepiece.of(clock),
                                () -> UUID.randomUUID().toString(),
                                RandomGenerator.getDefault(),
                                io.keelson.reboot.Surroundings.NONE,
                                options.door().isPlain());
                yield serve(options, new Coordinator(policies, parts), watch, files);
            }
        };
    }

    private static RunningCoordinator serve(
            ServeOptions options,
            Coordinator coordinator,
            Optional<PolicyWatch> watch,
            AutoCloseable store)
            throws IOException {
        Door door = options.door();
        Tokens tokens =
                door.tokens().isPresent() ? Tokens.read(door.tokens().get()) : Tokens.none();
        var front =
                new HttpFront(
                        options.listen(),
                        tls(door),
                        coordinator,
                        new Doorkeeping(tokens, door.operators(), door.trustsLocal()));
        coordinator.start();
        watch.ifPresent(file -> file.start(coordinator));
        front.start();
        return new RunningCoordinator(coordinator, front, watch, door.tls().isPresent(), store);
    }

    private static Optional<Tls> tls(Door door) throws IOException {
        if (door.tls().isEmpty()) {
            return Optional.empty();
        }
        var own = door.tls().get();
        var identity = new TlsFiles.ClientIdentity(own.certificate(), own.key());
        // Without an authority no client is asked, so whom it vouches for does not matter.
        var files =
                new TlsFiles(
                        Optional.of(door.clientAuthority().orElse(own.certificate())),
                        Optional.of(identity));
        return Optional.of(new Tls(files.context(), door.clientAuthority().isPresent()));
    }

    private static EtcdClient client(Store.Etcd etcd) throws IOException {
        var dispatcher = new Dispatcher();
        OkHttpClient http = new OkHttpClient.Builder().dispatcher(dispatcher).build();
        Optional<TlsFiles.ClientIdentity> identity =
                etcd.client()
                        .map(pair -> new TlsFiles.ClientIdentity(pair.certificate(), pair.key()));
        if (etcd.authority().isPresent() || identity.isPresent()) {
            http = new TlsFiles(etcd.authority(), identity).applyTo(http);
        }
        Optional<EtcdUser> user = Optional.empty();
        if (etcd.login().isPresent()) {
            user = Optional.of(etcd.login().get().read());
        }
        return new EtcdClient(etcd.endpoints(), http, ETCD_TIMEOUT, user);
    }

    URI uri() {
        InetSocketAddress address = front.address();
        String host = address.getAddress().getHostAddress();
        return URI.create(
                (isSecured ? "https://" : "http://")
                        + (host.contains(":") ? "[" + host + "]" : host)
                        + ":"
                        + address.getPort());
    }

    @Override
    public void close() {
        front.close();
        watch.ifPresent(PolicyWatch::close);
        coordinator.close();
        try {
            store.close();
        } catch (Exception e) {
            System.getLogger(RunningCoordinator.class.getName())
                    .log(System.Logger.Level.WARNING, "the store did not close", e);
        }
    }
}
