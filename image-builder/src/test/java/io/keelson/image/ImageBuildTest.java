package io.keelson.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.image.archive.Mirrors;
import io.keelson.image.packages.Lock;
import io.keelson.image.progress.Progress;
import io.keelson.image.recipe.Recipe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class ImageBuildTest {
    private static final String RECIPE =
            "name: tiny\nsuites: [trixie]\nkernel: linux\npackages: [bash]\n";

    @TempDir Path dir;

    @Test
    void aMissingKeyIsNamedBeforeAnythingIsFetched() throws IOException {
        BuildRequest request = request(RECIPE);

        assertThatThrownBy(() -> ImageBuild.run(request, Progress.none()))
                .hasMessage(
                        "there is no key %s/keys/db.key: make keys with 'keelson keys generate --dir %s/keys'"
                                .formatted(dir, dir));
        assertThat(dir.resolve("out")).doesNotExist();
        assertThat(dir.resolve("cache")).doesNotExist();
    }

    @Test
    void anUnknownKeyOfTheRecipeListsTheKnownOnes() throws IOException {
        BuildRequest request = request(RECIPE + "essentials: true\n");

        assertThatThrownBy(() -> ImageBuild.run(request, Progress.none()))
                .hasMessageContaining("unknown key essentials; known: [extends, name, arch, epoch,")
                .hasMessageContaining("essential")
                .hasMessageNotContaining("\n");
        assertThat(dir.resolve("out")).doesNotExist();
    }

    @Test
    void aLockThatPinsAnotherJdkIsRefused() throws IOException {
        Path home = Path.of(System.getProperty("java.home"));
        Lock lock = new Lock("amd64", List.of("trixie"), List.of());
        HostSoftware host = new HostSoftware(List.of(dir.resolve("x.jar")), List.of(), home);
        Lock pinned = ImageLock.withJdk(lock, host, dir, "the lock");
        Path file = dir.resolve("packages.lock");
        write(lock.with(new Lock.Jdk("25.0.1+9", "00")), file);
        Path same = dir.resolve("same.lock");
        write(pinned, same);

        assertThat(pinned.jdk().orElseThrow().version()).startsWith("25");
        assertThat(ImageLock.read(same, host, dir)).isEqualTo(pinned);
        assertThatThrownBy(() -> ImageLock.read(file, host, dir))
                .hasMessageStartingWith(file + " pins JDK 25.0.1+9 (sha256 00), but " + home)
                .hasMessageEndingWith("set JAVA_HOME to the pinned one, or lock again");
        assertThatThrownBy(() -> ImageLock.read(dir.resolve("none.lock"), host, dir))
                .hasMessageContaining("make one with 'keelson image lock --out");
    }

    @Test
    void lockFromBeforeTheRecipeAskedForMoreIsRefused(@TempDir Path dir) throws Exception {
        Recipe recipe = Recipe.read(Path.of("recipes/base.yaml"));
        Lock lock = new Lock("amd64", List.of("trixie"), List.of());

        assertThatThrownBy(() -> ImageLock.requireAll(lock, recipe, dir.resolve("old.lock")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("old.lock does not pin base-files, ")
                .hasMessageEndingWith(
                        "linux-image-cloud-amd64, which the recipe asks for: lock again");
    }

    private static void write(Lock lock, Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        lock.write(bytes);
        Files.write(file, bytes.toByteArray());
    }

    private BuildRequest request(String recipe) throws IOException {
        URI nowhere = URI.create("http://127.0.0.1:9/");
        return new BuildRequest(
                Files.writeString(dir.resolve("tiny.yaml"), recipe),
                new ReleaseVersion("1.0.0"),
                dir.resolve("out"),
                new Mirrors(nowhere, nowhere),
                List.of(),
                Optional.empty(),
                new Keys(dir.resolve("keys"), Optional.empty()),
                new HostSoftware(List.of(), List.of(), dir),
                dir.resolve("cache"),
                new BuildRequest.Options(
                        false,
                        false,
                        OptionalInt.empty(),
                        Optional.empty(),
                        InstantSource.fixed(Instant.EPOCH)));
    }
}
