package io.keelson.omaha;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The {@code updatecheck} element of a response: the server's answer to "is there an update?". */
public sealed interface UpdateCheck {
    /** Nothing to do; ask again after the interval, if one is given. */
    record NoUpdate(OptionalLong pollIntervalSeconds) implements UpdateCheck {}

    /**
     * A release to install.
     *
     * @param codebases where the package is, each ending in {@code /}, in order of preference
     */
    record Update(List<URI> codebases, Manifest manifest) implements UpdateCheck {
        public Update {
            codebases = List.copyOf(codebases);
            if (codebases.isEmpty()) {
                throw new IllegalArgumentException("an update has at least one codebase");
            }
        }

        /** The addresses of a package, in order of preference. */
        public List<URI> uris(PackageFile file) {
            return codebases.stream().map(base -> base.resolve(file.name())).toList();
        }
    }

    /** Any other status; a client must not retry faster because of it. */
    record Failure(String status) implements UpdateCheck {}

    /**
     * The release on offer.
     *
     * @param full the package every client understands; always the first one
     * @param sha1Base64 of the full package, for clients that still want it
     * @param others smaller ways to the release, in order of preference
     * @param downgrade {@code keelson_downgrade}: a signed statement that the release may be an
     *     older one, in the form its reader knows
     * @param retry {@code keelson_retry}: a moment (ISO 8601); the server's operator wishes that
     *     the host tries again what failed there before it
     */
    record Manifest(
            String version,
            PackageFile full,
            Optional<String> sha1Base64,
            List<SidePackage> others,
            Optional<String> downgrade,
            Optional<String> retry) {
        public Manifest {
            others = List.copyOf(others);
        }

        /** A release that is newer than what the host runs. */
        public Manifest(
                String version,
                PackageFile full,
                Optional<String> sha1Base64,
                List<SidePackage> others) {
            this(version, full, sha1Base64, others, Optional.empty(), Optional.empty());
        }

        public Manifest(String version, PackageFile full, Optional<String> sha1Base64) {
            this(version, full, sha1Base64, List.of());
        }
    }
}
