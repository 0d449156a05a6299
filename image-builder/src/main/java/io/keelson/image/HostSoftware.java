package io.keelson.image;

import java.nio.file.Path;
import java.util.List;

/**
 * Our own programs for the host.
 *
 * @param jars for /usr/lib/keelson/lib; without any, the image gets no Java runtime either
 * @param dists directories whose trees are copied into /usr
 * @param javaHome the JDK 25 that is linked into the image; the running one will do where the image
 *     is for this machine's architecture
 * @param linker the JDK whose jlink is run
 */
public record HostSoftware(List<Path> jars, List<Path> dists, Path javaHome, Path linker) {
    public HostSoftware {
        jars = List.copyOf(jars);
        dists = List.copyOf(dists);
    }

    /** With a JDK that links itself. */
    public HostSoftware(List<Path> jars, List<Path> dists, Path javaHome) {
        this(jars, dists, javaHome, javaHome);
    }

    /** The same programs on another JDK. */
    public HostSoftware withJavaHome(Path home) {
        return new HostSoftware(jars, dists, home, linker);
    }
}
