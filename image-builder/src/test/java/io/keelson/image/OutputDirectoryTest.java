package io.keelson.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

final class OutputDirectoryTest {
    @TempDir Path dir;

    @Test
    void nothingAppearsBeforeItIsPublished() throws Exception {
        try (OutputDirectory out = OutputDirectory.open(dir)) {
            Files.writeString(out.file("release.json"), "{}");

            assertThat(dir.resolve("release.json")).doesNotExist();

            out.publish();
        }
        assertThat(dir.resolve("release.json")).hasContent("{}");
    }

    @Test
    void aFailedBuildLeavesTheEarlierResultAndNothingElse() throws Exception {
        Files.writeString(dir.resolve("release.json"), "old");

        try (OutputDirectory out = OutputDirectory.open(dir)) {
            Files.writeString(out.file("release.json"), "half");
        }

        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(dir.resolve("release.json"));
        }
        assertThat(dir.resolve("release.json")).hasContent("old");
    }

    @Test
    void resultsOfTheEarlierBuildGoAndForeignFilesStay() throws Exception {
        Files.writeString(dir.resolve("update.payload"), "old");
        Files.writeString(dir.resolve("notes.txt"), "mine");

        try (OutputDirectory out = OutputDirectory.open(dir)) {
            Files.writeString(out.file("release.json"), "new");
            out.publish();
        }

        assertThat(dir.resolve("update.payload")).doesNotExist();
        assertThat(dir.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void whatAnInterruptedBuildLeftIsCleared() throws Exception {
        Files.createDirectories(dir.resolve(".building"));
        Files.writeString(dir.resolve(".building/usr.erofs"), "half");

        try (OutputDirectory out = OutputDirectory.open(dir)) {
            assertThat(out.file("usr.erofs")).doesNotExist();
        }
    }
}
