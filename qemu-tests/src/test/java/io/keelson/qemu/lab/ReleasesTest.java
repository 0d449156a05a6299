package io.keelson.qemu.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    @Test
    void anUpdateWithoutAnotherKernelOrLibraryIsNone() {
        String kernel = "linux-image-cloud-amd64 6.12.107-1 -> 6.12.117-1";
        String library = "libssl3t64 3.5.7-1~deb13u2 -> 3.5.7-1~deb13u3";

        assertThatCode(() -> Releases.requireRealUpdate(List.of(library, kernel)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Releases.requireRealUpdate(List.of(library)))
                .hasMessageContaining("linux-image*");
        assertThatThrownBy(() -> Releases.requireRealUpdate(List.of(kernel)))
                .hasMessageContaining("lib*");
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
