package io.keelson.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Our own programs for the host: jars for /usr/lib/keelson/lib, a directory whose tree is copied
 * into /usr, and the JDK that is linked into the image ({@code empty} means the running one).
 */
public record HostSoftware(List<Path> jars, Optional<Path> dist, Optional<Path> javaHome) {
    public HostSoftware {
        jars = List.copyOf(jars);
    }

    /** An image without Java and without keelsond, as some tests want it. */
    public static HostSoftware none() {
        return new HostSoftware(List.of(), Optional.empty(), Optional.empty());
    }
}
