package io.keelson.image.runtime;

import io.keelson.host.Command;
import io.keelson.host.DurableFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Options and a language in the environment would be archived. */
    private static final String BARE = "--ignore-environment";

    private static final List<String> FLAGS =
            List.of(
                    "-Xshare:dump",
                    "-XX:+UseSerialGC",
                    // As on the host: the archive of the module graph fits no other.
                    NATIVE_ACCESS,
                    "-XX:SharedClassListFile=" + CLASSES,
                    "-XX:SharedArchiveFile=" + ARCHIVE);

    private static final int KEY_CHARS = 32;

    private ClassArchive() {}

    /**
     * The archive that {@link #dump} makes, from the cache where it was made before: it takes
     * longer than most of a build, and only a change of our own programs or of the JDK changes it.
     */
    public static byte[] of(
            Path runtime, List<Path> classPath, byte[] classes, Instant fileTime, Path cache)
            throws IOException, InterruptedException {
        Path archives = Files.createDirectories(cache.resolve("class-archives"));
        Path kept = archives.resolve(key(runtime, classPath, classes, fileTime));
        if (Files.exists(kept)) {
            return Files.readAllBytes(kept);
        }
        byte[] archive = dump(runtime, classPath, classes, fileTime);
        DurableFile.replace(kept, archive);
        return archive;
    }

    /** The runtime's own name in the cache stands for its content. */
    private static String key(Path runtime, List<Path> classPath, byte[] classes, Instant fileTime)
            throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(
                    (runtime.getFileName() + " " + fileTime + " " + BARE + FLAGS)
                            .getBytes(StandardCharsets.UTF_8));
            digest.update(classes);
            for (Path jar : classPath) {
                byte[] bytes = Files.readAllBytes(jar);
                String head = jar.getFileName() + " " + bytes.length;
                digest.update(head.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, KEY_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

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
                            Stream.of(
                                            List.of(
                                                    "env",
                                                    BARE,
                                                    "--chdir=" + work,
                                                    runtime.toAbsolutePath()
                                                            .resolve("bin/java")
                                                            .toString()),
                                            FLAGS,
                                            List.of("-cp", jars))
                                    .flatMap(List::stream)
                                    .toList(),
                            DUMP_DEADLINE)
                    .orThrow("making the class archive of the host's programs");
            return Files.readAllBytes(work.resolve(ARCHIVE));
        } finally {
            JavaRuntime.deleteTree(work);
        }
    }
}
