package io.keelson.omaha;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

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

        /** The addresses of the package, in order of preference. */
        public List<URI> packageUris() {
            return codebases.stream().map(base -> base.resolve(manifest.packageName())).toList();
        }
    }

    /** Any other status; a client must not retry faster because of it. */
    record Failure(String status) implements UpdateCheck {}

    /**
     * The release on offer and its one package.
     *
     * @param packageName a plain file name, relative to each codebase
     * @param sha256Hex of the whole package, lower-case
     * @param sha1Base64 of the whole package, for clients that still want it
     */
    record Manifest(
            String version,
            String packageName,
            long sizeBytes,
            String sha256Hex,
            Optional<String> sha1Base64) {
        // A package name must stay below the codebase, so no slash, no colon, no "..".
        private static final Pattern PACKAGE_NAME =
                Pattern.compile("[0-9A-Za-z_][0-9A-Za-z._~+-]*");
        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

        public Manifest {
            if (!PACKAGE_NAME.matcher(packageName).matches()) {
                throw new IllegalArgumentException("not a package name: " + packageName);
            }
            if (sizeBytes <= 0) {
                throw new IllegalArgumentException("a package of " + sizeBytes + " bytes");
            }
            if (!SHA256.matcher(sha256Hex).matches()) {
                throw new IllegalArgumentException("not a SHA-256 in hex: " + sha256Hex);
            }
        }
    }
}
