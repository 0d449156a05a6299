package io.keelson.engine.lock;

import io.keelson.engine.config.LockSettings;
import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdLogin;
import io.keelson.etcd.EtcdUser;
import io.keelson.etcd.TlsFiles;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.client.Coordinators;
import io.keelson.reboot.client.RemoteLock;
import io.keelson.reboot.rules.NodeIdentity;

import okhttp3.OkHttpClient;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Makes the lock that the settings name.
 *
 * @param http without TLS settings of its own
 * @param places where a file that the settings name is
 */
public record LockConnection(OkHttpClient http, UnaryOperator<Path> places) {
    private static final Duration ETCD_TIMEOUT = Duration.ofSeconds(5);
    private static final int SECRET_BYTES_MAX = 4096;

    /**
     * Reads the files that the settings name; nobody is connected to yet.
     *
     * @param node one boot of this machine and what it runs
     */
    public RebootSlots open(LockSettings settings, String group, NodeIdentity node)
            throws IOException {
        return switch (settings) {
            case LockSettings.Etcd(var endpoints, var tls, var user) -> {
                Optional<EtcdUser> login = Optional.empty();
                if (user.isPresent()) {
                    login = Optional.of(login(user.get()));
                }
                var etcd = new EtcdClient(endpoints, secured(tls), ETCD_TIMEOUT, login);
                var lock =
                        new RebootLock(
                                etcd,
                                group,
                                InstantSource.system(),
                                () -> UUID.randomUUID().toString(),
                                RandomGenerator.getDefault());
                yield new EtcdSlots(lock, node);
            }
            case LockSettings.Coordinators(var addresses, var tls, var token) -> {
                Optional<String> bearer = Optional.empty();
                if (token.isPresent()) {
                    bearer = Optional.of(secret("COORDINATOR_TOKEN_FILE", token.get()));
                }
                OkHttpClient own = secured(tls);
                OkHttpClient client = own.newBuilder().dns(new PlatformDns(own.dns())).build();
                var coordinators = new Coordinators(addresses, client, bearer);
                yield new CoordinatorSlots(new RemoteLock(coordinators, group), node);
            }
        };
    }

    private EtcdUser login(LockSettings.User user) throws IOException {
        return switch (user.password()) {
            case LockSettings.Password.InFile(var file) ->
                    new EtcdLogin(user.name(), places.apply(file)).read();
            case LockSettings.Password.Given(var text) -> new EtcdUser(user.name(), text);
        };
    }

    private OkHttpClient secured(LockSettings.Tls tls) throws IOException {
        if (tls.authority().isEmpty() && tls.identity().isEmpty()) {
            return http;
        }
        var files =
                new TlsFiles(
                        tls.authority().map(places),
                        tls.identity()
                                .map(own ->
                                        new TlsFiles.ClientIdentity(
                                                places.apply(own.certificate()),
                                                places.apply(own.key()))));
        try {
            return files.applyTo(http);
        } catch (IOException e) {
            throw new IOException(
                    "LOCK_CA_FILE, LOCK_CERT_FILE or LOCK_KEY_FILE: " + e.getMessage(), e);
        }
    }

    /** One line; no message ever contains it. */
    private String secret(String key, Path name) throws IOException {
        Path file = places.apply(name);
        String text;
        try (var in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(SECRET_BYTES_MAX), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IOException(key + "=" + name + " cannot be read: " + e, e);
        }
        if (!text.matches("[\\x20-\\x7e]+")) {
            throw new IOException(
                    key + "=" + name + " must hold one line of printable ASCII and nothing else");
        }
        return text;
    }
}
