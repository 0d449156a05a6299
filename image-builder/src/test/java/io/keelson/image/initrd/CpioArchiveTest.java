package io.keelson.image.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.image.OracleTool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

final class CpioArchiveTest {
    @TempDir Path dir;

    @Test
    void cpioExtractsWhatWasWritten() throws Exception {
        Path file = Files.write(dir.resolve("archive"), archive());

        OracleTool.run("cpio", "-i", "-D", dir.toString(), "-F", file.toString());

        assertThat(dir.resolve("a/b/file")).hasContent("content");
        assertThat(Files.isExecutable(dir.resolve("a/b/file"))).isTrue();
        assertThat(Files.readSymbolicLink(dir.resolve("a/link")).toString()).isEqualTo("b/file");
        assertThat(dir.resolve("empty")).isDirectory();
    }

    @Test
    void parentsComeOnceAndBeforeTheirMembers() throws Exception {
        Path file = Files.write(dir.resolve("archive"), archive());

        assertThat(OracleTool.run("cpio", "-t", "--quiet", "-F", file.toString()).lines())
                .containsExactly("empty", "a", "a/b", "a/b/file", "a/link");
    }

    @Test
    void theSameEntriesGiveTheSameBytes() throws Exception {
        assertThat(archive()).isEqualTo(archive());
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CpioArchive archive = new CpioArchive(out);
        archive.directory("empty");
        archive.file("a/b/file", 0755, "content".getBytes(StandardCharsets.UTF_8));
        archive.symlink("a/link", "b/file");
        archive.finish();
        return out.toByteArray();
    }
}
