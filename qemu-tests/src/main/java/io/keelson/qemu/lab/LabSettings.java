package io.keelson.qemu.lab;

import io.keelson.qemu.machine.Accelerator;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How the main job is run.
 *
 * @param home the project's directory
 * @param store keys, releases, downloads: kept for later runs
 * @param run logs, machine and databases of this run: made afresh
 * @param port of the update server, 0 for any
 */
public record LabSettings(
        Path home, Path store, Path run, int port, Sources sources, InstantSource clock) {

    /** What may differ from this machine's own choice. */
    public record Sources(
            Optional<URI> mirror,
            Optional<URI> securityMirror,
            Optional<Accelerator.Kind> accelerator) {
        /** Everything as this machine has it. */
        public static final Sources OWN =
                new Sources(Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Path keys() {
        return store.resolve("keys");
    }

    public Path foreignKeys() {
        return store.resolve("foreign-keys");
    }

    public Path release(String version) {
        return store.resolve("releases").resolve(version);
    }
}
