package io.keelson.image.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;

import io.keelson.image.OracleTool;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

final class CompressedArchiveTest {
    @TempDir Path dir;
    private final byte[] archive = new byte[300_000];
    private Path cache;

    @BeforeEach
    void archive() {
        new Random(1).nextBytes(archive);
        Arrays.fill(archive, 1000, 200_000, (byte) 7);
        cache = dir.resolve("cache");
    }

    @Test
    void zstdReadsIt() throws Exception {
        Path file = Files.write(dir.resolve("initrd.zst"), CompressedArchive.of(archive, cache));
        Path content = dir.resolve("initrd");
        OracleTool.run("zstd", "-q", "-d", file.toString(), "-o", content.toString());

        assertThat(content).hasBinaryContent(archive);
    }

    @Test
    void itIsTheSameFromTheCacheAndFromAnother() throws IOException {
        byte[] first = CompressedArchive.of(archive, cache);

        assertThat(CompressedArchive.of(archive, cache)).isEqualTo(first);
        assertThat(CompressedArchive.of(archive, dir.resolve("other"))).isEqualTo(first);
    }

    @Test
    void whatIsInTheCacheIsUsedOnlyIfItIsTheArchive() throws IOException {
        byte[] first = CompressedArchive.of(archive, cache);
        Path kept = kept();
        Files.write(kept, Arrays.copyOf(first, first.length / 2));

        assertThat(CompressedArchive.of(archive, cache)).isEqualTo(first);
        assertThat(kept).hasBinaryContent(first);
    }

    @Test
    void nothingIsCompressedTwice() throws IOException {
        CompressedArchive.of(archive, cache);
        // Another compressor's result for the same archive: only the cache can have it.
        byte[] other = Zstd.compress(archive, 1);
        Files.write(kept(), other);

        assertThat(CompressedArchive.of(archive, cache)).isEqualTo(other);
    }

    private Path kept() throws IOException {
        try (var files = Files.list(cache.resolve("initrds"))) {
            return files.findFirst().orElseThrow();
        }
    }
}
