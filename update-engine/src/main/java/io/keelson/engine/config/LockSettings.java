package io.keelson.engine.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the group's reboot lock is: in exactly one place. Files that are named without a directory
 * are credentials of keelsond's service.
 */
public sealed interface LockSettings {
    /** In etcd, which this host writes itself. */
    record Etcd(List<URI> endpoints, Tls tls, Optional<User> user) implements LockSettings {
        public Etcd {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * Behind coordinators, which decide and write.
     *
     * @param addresses of coordinators over one store
     * @param token file with the token that proves who this host is
     */
    record Coordinators(List<URI> addresses, Tls tls, Optional<Path> token)
            implements LockSettings {
        public Coordinators {
            addresses = List.copyOf(addresses);
        }
    }

    /** PEM files: who vouches for the other end, and what this host shows of itself. */
    record Tls(Optional<Path> authority, Optional<Identity> identity) {
        static final Tls NONE = new Tls(Optional.empty(), Optional.empty());
    }

    /** A certificate and its key. */
    record Identity(Path certificate, Path key) {}

    /** A user of etcd. */
    record User(String name, Path password) {}

    /** The endpoints that are asked, for people. */
    default List<URI> addressed() {
        return switch (this) {
            case Etcd etcd -> etcd.endpoints();
            case Coordinators coordinators -> coordinators.addresses();
        };
    }
}
