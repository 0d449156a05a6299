package io.keelson.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sizes above which a file or a package is more than one thing. */
class SourceSizeTest {
    private static final int FILE_LINES_MAX = 400;
    private static final int TEST_LINES_MAX = 800;
    private static final int PACKAGE_FILES_MAX = 20;
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void noFileIsTooLongToRead() throws IOException {
        Map<Path, Long> tooLong = new TreeMap<>();
        for (Path file : sources()) {
            long lines = lines(file);
            if (lines > (isTest(file) ? TEST_LINES_MAX : FILE_LINES_MAX)) {
                tooLong.put(PROJECT.relativize(file), lines);
            }
        }
        assertThat(tooLong)
                .as("files over %d lines (tests: %d)", FILE_LINES_MAX, TEST_LINES_MAX)
                .isEmpty();
    }

    @Test
    void noPackageIsTooLargeToKnow() throws IOException {
        Map<Path, Long> sizes =
                sources().stream()
                        .filter(file -> !isTest(file))
                        .map(Path::getParent)
                        .collect(Collectors.groupingBy(PROJECT::relativize, Collectors.counting()));
        sizes.values().removeIf(count -> count <= PACKAGE_FILES_MAX + 1);
        assertThat(sizes).as("packages over %d files", PACKAGE_FILES_MAX).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        List<Path> silent =
                sources().stream()
                        .filter(file -> !isTest(file))
                        .map(Path::getParent)
                        .distinct()
                        .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
                        .map(PROJECT::relativize)
                        .toList();
        assertThat(silent).as("packages without package-info.java").isEmpty();
    }

    private static boolean isTest(Path file) {
        return file.toString().contains("/src/test/");
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file ->
                            PROJECT.relativize(file)
                                    .toString()
                                    .matches("[^/]+/src/(main|test)/java/.*"))
                    .toList();
        }
    }
}
