package io.keelson.image.runtime;

import io.keelson.host.Command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A static class data sharing archive of the host's programs: their classes parsed and verified
 * when the image is built, so that a host starts them in a fraction of the time. The same list and
 * the same jars give the same bytes.
 */
public final class ClassArchive {
    private static final Duration DUMP_DEADLINE = Duration.ofMinutes(3);

    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
    private static final String LIBRARY = "lib";
    private static final String CLASSES = "classes";
    private static final String ARCHIVE = "archive";

    private ClassArchive() {}

    /**
     * Dumps an archive.
     *
     * @param runtime what {@link JavaRuntime#link} returned: an archive fits no other
     * @param classPath the jars in the order in which the host will name them
     * @param classes a class list as the JVM writes it
     * @param fileTime of the jars in the image; the JVM refuses an archive of jars with another
     * @return the archive's bytes
     */
    public static byte[] dump(Path runtime, List<Path> classPath, byte[] classes, Instant fileTime)
            throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("keelson-class-archive-");
        try {
            Path library = Files.createDirectory(work.resolve(LIBRARY));
            for (Path jar : classPath) {
                Path copy = Files.copy(jar, library.resolve(jar.getFileName()));
                Files.setLastModifiedTime(copy, FileTime.from(fileTime));
            }
            Files.write(work.resolve(CLASSES), classes);
            String jars =
                    classPath.stream()
                            .map(jar -> LIBRARY + "/" + jar.getFileName())
                            .collect(Collectors.joining(":"));
            // Relative names, from inside the directory: the archive keeps them as they are given,
            // and the JVM forgives another directory only where there was one.
            Command.run(
                            List.of(
                                    "env",
                                    "--chdir=" + work,
                                    runtime.toAbsolutePath().resolve("bin/java").toString(),
                                    "-Xshare:dump",
                                    "-XX:+UseSerialGC",
                                    // As on the host: the archive of the module graph fits no
                                    // other.
                                    NATIVE_ACCESS,
                                    "-XX:SharedClassListFile=" + CLASSES,
                                    "-XX:SharedArchiveFile=" + ARCHIVE,
                                    "-cp",
                                    jars),
                            DUMP_DEADLINE)
                    .orThrow("making the class archive of the host's programs");
            return Files.readAllBytes(work.resolve(ARCHIVE));
        } finally {
            JavaRuntime.deleteTree(work);
        }
    }
}
