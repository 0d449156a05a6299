package io.keelson.engine.config;

import io.keelson.engine.config.LockSettings.Identity;
import io.keelson.engine.config.LockSettings.Password;
import io.keelson.engine.config.LockSettings.Tls;
import io.keelson.engine.config.LockSettings.User;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys that say where the reboot lock is and how to get at it. */
final class LockKeys {
    /** Flatcar's name to ours. */
    static final Map<String, String> ALIASES =
            Map.of(
                    "LOCKSMITHD_ENDPOINT", "LOCK_ENDPOINTS",
                    "LOCKSMITHD_GROUP", "LOCK_GROUP",
                    "LOCKSMITHD_ETCD_CAFILE", "LOCK_CA_FILE",
                    "LOCKSMITHD_ETCD_CERTFILE", "LOCK_CERT_FILE",
                    "LOCKSMITHD_ETCD_KEYFILE", "LOCK_KEY_FILE",
                    "LOCKSMITHD_ETCD_USERNAME", "LOCK_USER",
                    "LOCKSMITHD_ETCD_PASSWORD", "LOCK_PASSWORD");

    static final Map<String, String> DEFAULTS =
            Map.of(
                    "COORDINATOR", "",
                    "COORDINATOR_TOKEN_FILE", "",
                    "LOCK_ENDPOINTS", "",
                    "LOCK_GROUP", "default",
                    "LOCK_CA_FILE", "",
                    "LOCK_CERT_FILE", "",
                    "LOCK_KEY_FILE", "",
                    "LOCK_USER", "",
                    "LOCK_PASSWORD", "",
                    "LOCK_PASSWORD_FILE", "");

    private final Values values;

    private LockKeys(Values values) {
        this.values = values;
    }

    static Optional<LockSettings> read(Values values) throws ConfigException {
        return new LockKeys(values).settings();
    }

    private Optional<LockSettings> settings() throws ConfigException {
        List<URI> coordinators = values.urls("COORDINATOR");
        List<URI> endpoints = values.urls("LOCK_ENDPOINTS");
        if (!coordinators.isEmpty() && !endpoints.isEmpty()) {
            throw new ConfigException(
                    "COORDINATOR and LOCK_ENDPOINTS are both set, but who may reboot is decided in"
                            + " one place: remove one of them");
        }
        if (coordinators.isEmpty()) {
            requireUnset("COORDINATOR", "COORDINATOR_TOKEN_FILE");
        }
        if (endpoints.isEmpty()) {
            requireUnset("LOCK_ENDPOINTS", "LOCK_USER", "LOCK_PASSWORD", "LOCK_PASSWORD_FILE");
        }
        if (!coordinators.isEmpty()) {
            Optional<Path> token = file("COORDINATOR_TOKEN_FILE");
            if (token.isPresent()) {
                requireSecret("COORDINATOR_TOKEN_FILE", coordinators);
            }
            return Optional.of(
                    new LockSettings.Coordinators(coordinators, tls(coordinators), token));
        }
        if (!endpoints.isEmpty()) {
            return Optional.of(new LockSettings.Etcd(endpoints, tls(endpoints), user(endpoints)));
        }
        requireUnset(
                "COORDINATOR or LOCK_ENDPOINTS", "LOCK_CA_FILE", "LOCK_CERT_FILE", "LOCK_KEY_FILE");
        return Optional.empty();
    }

    private Tls tls(List<URI> addresses) throws ConfigException {
        Optional<Path> authority = file("LOCK_CA_FILE");
        Optional<Path> certificate = file("LOCK_CERT_FILE");
        Optional<Path> key = file("LOCK_KEY_FILE");
        if (certificate.isPresent() != key.isPresent()) {
            throw new ConfigException(
                    "LOCK_CERT_FILE and LOCK_KEY_FILE are set together or not at all");
        }
        var tls =
                new Tls(authority, certificate.map(file -> new Identity(file, key.orElseThrow())));
        boolean isSpoken = addresses.stream().anyMatch(LockKeys::isTls);
        if (!tls.equals(Tls.NONE) && !isSpoken) {
            throw new ConfigException(
                    "LOCK_CA_FILE, LOCK_CERT_FILE and LOCK_KEY_FILE are of use only with https, and "
                            + addresses.getFirst()
                            + " is not");
        }
        return tls;
    }

    private Optional<User> user(List<URI> endpoints) throws ConfigException {
        String name = values.text("LOCK_USER");
        Optional<Path> file = file("LOCK_PASSWORD_FILE");
        String text = values.text("LOCK_PASSWORD");
        if (file.isPresent() && !text.isEmpty()) {
            throw new ConfigException(
                    "LOCK_PASSWORD and LOCK_PASSWORD_FILE are both set: remove one of them");
        }
        boolean hasPassword = file.isPresent() || !text.isEmpty();
        if (name.isEmpty() == hasPassword) {
            throw new ConfigException(
                    "LOCK_USER and LOCK_PASSWORD_FILE (or LOCK_PASSWORD) are set together or not"
                            + " at all");
        }
        if (!hasPassword) {
            return Optional.empty();
        }
        requireSecret(file.isPresent() ? "LOCK_PASSWORD_FILE" : "LOCK_PASSWORD", endpoints);
        return Optional.of(
                new User(
                        name,
                        file.<Password>map(Password.InFile::new)
                                .orElseGet(() -> new Password.Given(text))));
    }

    /** What would be sent where everybody on the way can read it is a secret no longer. */
    private static void requireSecret(String key, List<URI> addresses) throws ConfigException {
        for (URI address : addresses) {
            if (!isTls(address) && !isLoopback(address.getHost())) {
                throw new ConfigException(
                        key + " would be sent in clear text to " + address + ": use https");
            }
        }
    }

    private static boolean isTls(URI address) {
        return "https".equals(address.getScheme());
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d+){3}");
    }

    private void requireUnset(String without, String... keys) throws ConfigException {
        for (String key : keys) {
            if (!values.text(key).isEmpty()) {
                throw new ConfigException(key + " does nothing without " + without);
            }
        }
    }

    private Optional<Path> file(String key) {
        String name = values.text(key);
        return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
    }
}
