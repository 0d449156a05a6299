package io.keelson.engine.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

        private Stream<Path> files() {
            Stream<Path> own =
                    identity.stream().flatMap(id -> Stream.of(id.certificate(), id.key()));
            return Stream.concat(authority.stream(), own);
        }
    }

    /** A certificate and its key. */
    record Identity(Path certificate, Path key) {}

    /** A user of etcd. */
    record User(String name, Password password) {}

    /** Where a password is. */
    sealed interface Password {
        /** One line of it. */
        record InFile(Path file) implements Password {}

        /** In the settings themselves, as Flatcar's have it. */
        record Given(String text) implements Password {
            @Override
            public String toString() {
                return "Given[…]";
            }
        }
    }

    /** Files whose content is part of these settings. */
    default List<Path> files() {
        return switch (this) {
            case Etcd(_, var tls, var user) ->
                    Stream.concat(
                                    tls.files(),
                                    user.stream()
                                            .map(User::password)
                                            .filter(Password.InFile.class::isInstance)
                                            .map(Password.InFile.class::cast)
                                            .map(Password.InFile::file))
                            .toList();
            case Coordinators(_, var tls, var token) ->
                    Stream.concat(tls.files(), token.stream()).toList();
        };
    }

    /** The endpoints that are asked, for people. */
    default List<URI> addressed() {
        return switch (this) {
            case Etcd etcd -> etcd.endpoints();
            case Coordinators coordinators -> coordinators.addresses();
        };
    }
}
