package io.keelson.server.release;

import io.keelson.host.DurableFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The payload files below the data directory: {@code payloads} holds verified ones only, {@code
 * incoming} what is being received and is worthless after a restart.
 */
public final class PayloadDirectory {
    private final Path payloads;
    private final Path incoming;

    private PayloadDirectory(Path payloads, Path incoming) {
        this.payloads = payloads;
        this.incoming = incoming;
    }

    /** Makes the directories where they are missing and clears what a killed server left. */
    public static PayloadDirectory open(Path data) throws IOException {
        Path payloads = Files.createDirectories(data.resolve("payloads"));
        Path incoming = Files.createDirectories(data.resolve("incoming"));
        try (Stream<Path> leftovers = Files.list(incoming)) {
            for (Path leftover : leftovers.toList()) {
                Files.delete(leftover);
            }
        }
        return new PayloadDirectory(payloads, incoming);
    }

    Path newIncoming() throws IOException {
        return Files.createTempFile(incoming, "payload-", ".part");
    }

    void accept(Path received, String name) throws IOException {
        DurableFile.rename(received, payloads.resolve(name));
    }

    Path payload(String name) {
        return payloads.resolve(name);
    }
}
