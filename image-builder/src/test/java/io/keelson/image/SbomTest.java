package io.keelson.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.image.archive.Digest;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

final class SbomTest {
    @TempDir Path dir;

    @Test
    void packagesHaveAPackageUrlAndTheHashOfTheirFile() throws Exception {
        LockedPackage bash =
                new LockedPackage(
                        new LockedPackage.Id("libstdc++6", "14.2.0-19+b1", "amd64"),
                        "trixie",
                        "pool/main/g/gcc-14/libstdc++6_14.2.0-19+b1_amd64.deb",
                        new Digest(10, "ab".repeat(32)));
        Lock lock = new Lock("amd64", List.of("trixie"), List.of(bash));
        Path file = dir.resolve("sbom.cdx.json");

        new Sbom(
                        new ReleaseVersion("1.0.0"),
                        "cd".repeat(32),
                        Instant.EPOCH,
                        lock,
                        Optional.of("25.0.3+9"))
                .write(file);

        JsonNode sbom = new ObjectMapper().readTree(file.toFile());
        assertThat(sbom.at("/specVersion").asString()).isEqualTo("1.6");
        assertThat(sbom.at("/metadata/timestamp").asString()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(sbom.at("/components/0/purl").asString())
                .isEqualTo("pkg:deb/debian/libstdc%2B%2B6@14.2.0-19%2Bb1?arch=amd64");
        assertThat(sbom.at("/components/0/hashes/0/content").asString()).isEqualTo("ab".repeat(32));
        assertThat(sbom.at("/components/1/purl").asString())
                .isEqualTo("pkg:generic/openjdk@25.0.3%2B9");
    }
}
