package io.keelson.qemu.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.channels.Artifact;
import io.keelson.channels.PackageVersion;
import io.keelson.channels.ReleaseManifest;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

class ReleasesTest {
    @Test
    void differencesAreNamedWithBothVersions() {
        ReleaseManifest old =
                release(
                        new PackageVersion("a", "1"),
                        new PackageVersion("b", "2"),
                        new PackageVersion("c", "3"));
        ReleaseManifest now =
                release(
                        new PackageVersion("a", "1"),
                        new PackageVersion("b", "2.1"),
                        new PackageVersion("d", "4"));

        assertThat(Releases.differences(old, now))
                .containsExactly("b 2 -> 2.1", "c 3 is gone", "d 4 is new");
    }

    private static ReleaseManifest release(PackageVersion... packages) {
        Artifact artifact = new Artifact(1, "0".repeat(64));
        return new ReleaseManifest(
                new ReleaseVersion("1.0.0"),
                "amd64",
                new RootHash("0".repeat(64)),
                artifact,
                artifact,
                Optional.empty(),
                new TreeMap<>(),
                List.of(packages));
    }
}
