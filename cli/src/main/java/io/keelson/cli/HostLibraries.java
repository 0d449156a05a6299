package io.keelson.cli;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.image.HostSoftware;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Our own programs as the project's build leaves them, ready to go into an image. */
public final class HostLibraries {
    /** Filled by Maven with what a host runs (cli/pom.xml). */
    private static final Path JARS = Path.of("cli", "target", "host-lib");

    /** Units and settings of the image and of keelsond. */
    private static final List<Path> DISTS =
            List.of(
                    Path.of("image-builder", "src", "main", "dist"),
                    Path.of("update-engine", "src", "main", "dist"));

    private HostLibraries() {}

    /** Finds them below the project's directory. */
    public static HostSoftware below(Path home) throws IOException {
        Path directory = home.resolve(JARS);
        if (!Files.isDirectory(directory)) {
            throw new CommandFailure(
                    "the host's programs are not built ("
                            + directory
                            + " is missing): run 'mvn package'");
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
            List<Path> dists = DISTS.stream().map(home::resolve).toList();
            return new HostSoftware(jars, dists, Path.of(System.getProperty("java.home")));
        }
    }
}
