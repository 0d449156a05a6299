package io.keelson.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class DurableFileTest {
    @TempDir Path directory;

    @Test
    void replacingAFileLeavesOnlyTheNewContent() throws IOException {
        Path target = directory.resolve("state");
        DurableFile.replace(target, "a long first version".getBytes(StandardCharsets.UTF_8));

        DurableFile.replace(target, "second".getBytes(StandardCharsets.UTF_8));

        assertThat(target).hasContent("second");
        assertThat(directory).isDirectoryContaining(file -> file.equals(target));
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aReplacementThatFailsLeavesNoTemporaryFileAndTheTargetAsItWas() throws IOException {
        Path target = Files.createDirectory(directory.resolve("occupied"));
        Files.writeString(target.resolve("file"), "old");

        assertThatThrownBy(() -> DurableFile.replace(target, new byte[1]))
                .isInstanceOf(IOException.class);

        assertThat(target.resolve("file")).hasContent("old");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(target);
        }
    }

    @Test
    void renamingReplacesATargetInAnotherDirectory() throws IOException {
        Path from = Files.writeString(directory.resolve("from"), "new");
        Path to = Files.createDirectory(directory.resolve("other")).resolve("to");
        Files.writeString(to, "old");

        DurableFile.rename(from, to);

        assertThat(to).hasContent("new");
        assertThat(from).doesNotExist();
    }

    @Test
    void deletingAFileThatIsNotThereIsNoError() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        DurableFile.delete(file);
        DurableFile.delete(file);

        assertThat(file).doesNotExist();
    }
}
