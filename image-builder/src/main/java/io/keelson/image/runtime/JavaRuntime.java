package io.keelson.image.runtime;

import io.keelson.host.Command;
import io.keelson.host.DurableFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Java runtime of the host: a {@code jlink} image of the modules our host programs use. Linking
 * takes seconds, so its result is kept in the build cache under a key of everything it depends on.
 */
public final class JavaRuntime {
    /** What the host jars need, as {@code jdeps} says; a test asks it again. */
    static final List<String> MODULES =
            List.of("java.base", "java.logging", "java.xml", "jdk.net", "jdk.unsupported");

    private static final Duration LINK_DEADLINE = Duration.ofMinutes(5);
    private static final int RELEASE_BYTES_MAX = 64 * 1024;
    private static final int KEY_CHARS = 16;

    // zip-0: the file system or the payload compresses better than jlink does. No archive of the
    // JDK's classes: that of the host's programs (ClassArchive) is complete by itself.
    private static final List<String> OPTIONS =
            List.of(
                    "--strip-java-debug-attributes",
                    "--no-header-files",
                    "--no-man-pages",
                    // Debian's JDK has 700 MB of them beside its libraries.
                    "--exclude-files",
                    "**.debuginfo",
                    "--compress",
                    "zip-0");

    private JavaRuntime() {}

    /**
     * Links a runtime, or finds the one linked before.
     *
     * @param javaHome a JDK 25
     * @param linker the JDK whose jlink does it; where it is another one, the first needs its jmods
     * @return a directory with {@code bin/java}
     */
    public static Path link(Path javaHome, Path linker, Path cache)
            throws IOException, InterruptedException {
        Path jlink = linker.resolve("bin/jlink");
        if (!Files.isExecutable(jlink)) {
            throw new IOException(
                    linker + " has no bin/jlink; a complete JDK 25 is needed to build an image");
        }
        Path runtimes = cache.resolve("runtime");
        Path finished = runtimes.resolve(key(javaHome));
        if (Files.isDirectory(finished)) {
            return finished;
        }
        Files.createDirectories(runtimes);
        Path work = Files.createTempDirectory(runtimes, "linking-");
        try {
            Path output = work.resolve("runtime");
            Stream<String> path =
                    javaHome.equals(linker)
                            ? Stream.empty()
                            : Stream.of("--module-path", jmods(javaHome).toString());
            Stream<String> modules =
                    Stream.of("--add-modules", String.join(",", MODULES), "--output");
            List<String> argv =
                    Stream.of(
                                    Stream.of(jlink.toString()),
                                    OPTIONS.stream(),
                                    path,
                                    modules,
                                    Stream.of(output.toString()))
                            .flatMap(part -> part)
                            .toList();
            Command.run(argv, LINK_DEADLINE).orThrow("linking the Java runtime");
            DurableFile.rename(output, finished);
        } finally {
            deleteTree(work);
        }
        return finished;
    }

    private static Path jmods(Path javaHome) throws IOException {
        Path jmods = javaHome.resolve("jmods");
        if (!Files.exists(jmods.resolve("java.base.jmod"))) {
            throw new IOException(
                    javaHome
                            + " has no jmods/java.base.jmod, which linking for another machine needs: use a JDK 25 that has it, such as Debian's openjdk-25-jdk-headless");
        }
        return jmods;
    }

    /** Whether one JDK runs where another does. */
    public static boolean sameProcessor(Path javaHome, Path other) throws IOException {
        return field(javaHome, "OS_ARCH").equals(field(other, "OS_ARCH"));
    }

    /** The version of a JDK as its release file states it. */
    public static String version(Path javaHome) throws IOException {
        return field(javaHome, "JAVA_RUNTIME_VERSION");
    }

    private static String field(Path javaHome, String name) throws IOException {
        return release(javaHome)
                .lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
                .findFirst()
                .orElseThrow(() -> new IOException(javaHome + "/release names no " + name));
    }

    private static String key(Path javaHome) throws IOException {
        String inputs =
                release(javaHome) + Files.size(javaHome.resolve("lib/modules")) + MODULES + OPTIONS;
        byte[] digest = sha256().digest(inputs.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, KEY_CHARS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String release(Path javaHome) throws IOException {
        try (var in = Files.newInputStream(javaHome.resolve("release"))) {
            return new String(in.readNBytes(RELEASE_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
