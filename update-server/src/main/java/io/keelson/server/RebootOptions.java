package io.keelson.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a server coordinates reboots.
 *
 * @param etcd endpoints; none to keep the groups in the server's data directory
 * @param isPlain believe any id in FleetLock's calls from other machines
 */
public record RebootOptions(Path policy, List<URI> etcd, Optional<Path> tokens, boolean isPlain) {
    public RebootOptions {
        etcd = List.copyOf(etcd);
    }

    /** Options as they are read; only with a policy they mean anything. */
    static final class Draft {
        private Optional<Path> policy = Optional.empty();
        private Optional<Path> tokens = Optional.empty();
        private List<URI> etcd = List.of();
        private boolean isPlain;
        private boolean isTouched;

        void policy(Path file) {
            policy = Optional.of(file);
        }

        void etcd(String urls) {
            etcd = Arrays.stream(urls.split(",", -1)).map(URI::create).toList();
            isTouched = true;
        }

        void tokens(Path file) {
            tokens = Optional.of(file);
            isTouched = true;
        }

        void plain() {
            isPlain = true;
            isTouched = true;
        }

        Optional<RebootOptions> done() {
            if (policy.isEmpty() && isTouched) {
                throw new IllegalArgumentException(
                        "--reboot-policy is missing: name the file with the groups that reboot");
            }
            return policy.map(file -> new RebootOptions(file, etcd, tokens, isPlain));
        }
    }
}
