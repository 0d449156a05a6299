package io.keelson.image;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The keys of a build: a directory as {@code SigningKeys.generate} makes it, and, if the payload is
 * to be signed by another key than its {@code update.key.pem}, the file of that key (PKCS#8, PEM).
 */
public record Keys(Path directory, Optional<Path> updateKey) {
    /** The private key that signs payloads. */
    public Path updateKeyFile() {
        return updateKey.orElse(directory.resolve("update.key.pem"));
    }
}
