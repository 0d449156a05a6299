package io.keelson.cli;

import io.keelson.image.archive.Mirrors;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where packages come from: what the user says, else what this machine's own apt uses. */
public final class MirrorChoice {
    private static final Path APT = Path.of("/etc/apt");

    private MirrorChoice() {}

    public static Mirrors of(Optional<URI> main, Optional<URI> security) throws IOException {
        if (main.isPresent() && security.isPresent()) {
            return new Mirrors(main.get(), security.get());
        }
        Mirrors own = Mirrors.fromAptSources(APT);
        return new Mirrors(main.orElse(own.main()), security.orElse(own.security()));
    }
}
