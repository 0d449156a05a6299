package io.keelson.image.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.archive.ArchiveSigner;
import io.keelson.image.packages.Lock;
import io.keelson.image.progress.Progress;
import io.keelson.image.recipe.Recipe;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What a mirror can do wrong: one sentence, and nothing of it in the cache. */
@Timeout(60)
class ArchiveFailuresTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String DEB = "pool/main/base_1_amd64.deb";
    private static final String IN_RELEASE = "dists/trixie/InRelease";

    @TempDir Path dir;
    private TinyArchive archive;
    private ArchiveSigner signer;

    @BeforeEach
    void publish() throws Exception {
        archive = new TinyArchive();
        signer = new ArchiveSigner(NOW.minusSeconds(5000));
        signer.writeKeyring(dir);
        archive.add(deb("base", "1", Map.of("bin/tool", "tool".repeat(2000))), "");
        archive.add(deb("linux-image-test", "6.1", Map.of("boot/vmlinuz-6.1", "k")), "");
        archive.publish(signer, NOW.plusSeconds(1000));
    }

    @AfterEach
    void stop() {
        archive.close();
    }

    @Test
    void aTamperedInReleaseIsRefused() throws Exception {
        flip(IN_RELEASE, 200);

        refused("the signature of InRelease of trixie by");
    }

    @Test
    void anInReleaseOfAnotherKeyIsRefused() throws Exception {
        archive.publish(new ArchiveSigner(NOW.minusSeconds(5000)), NOW.plusSeconds(1000));

        refused("InRelease of trixie is signed by none of the archive keys");
    }

    @Test
    void aTamperedListOfPackagesIsRefused() throws Exception {
        String list =
                archive.served.keySet().stream()
                        .filter(path -> path.contains("by-hash"))
                        .findFirst()
                        .orElseThrow();
        flip(list, 10);

        refused("is not the file that the signed index lists");
    }

    @Test
    void aTamperedPackageIsRefused() throws Exception {
        flip(DEB, 100);

        refused(DEB + " is not the file that the signed index lists");
    }

    @Test
    void anExpiredReleaseIsRefused() throws Exception {
        archive.publish(signer, NOW.minusSeconds(1));

        refused(
                "InRelease of trixie was valid until 2025-12-31T23:59:59Z only; the mirror is stale");
    }

    @Test
    void aReleaseFromTheFutureIsRefused() throws Exception {
        archive.publish(signer, NOW.plusSeconds(100_000), NOW.plusSeconds(90_000));

        refused("which is still to come; set this machine's clock");
    }

    @Test
    void aMirrorThatGoesBackIsNotFollowed() throws Exception {
        byte[] older = served(IN_RELEASE);
        archive.add(deb("base", "2", Map.of("bin/tool", "new")), "");
        archive.publish(signer, NOW.plusSeconds(1500));
        builder(false).lock(recipe());
        archive.served.put(IN_RELEASE, older);

        Lock lock = builder(false).lock(recipe());

        assertThat(lock.find("base").orElseThrow().id().version()).isEqualTo("2");
    }

    @Test
    void aCutDownloadGoesOnWhereItEnded() throws Exception {
        archive.cuts.put(DEB, 150);

        build();

        assertThat(archive.requested).contains(DEB, DEB + " bytes=150-");
    }

    @Test
    void aDownloadThatWasCutInAnEarlierBuildGoesOn() throws Exception {
        byte[] whole = served(DEB);
        archive.cuts.put(DEB, 150);
        RootTreeBuilder first = builder(false);
        Lock lock = first.lock(recipe());
        Path part =
                Files.createDirectories(dir.resolve("cache/archive/parts"))
                        .resolve(lock.find("base").orElseThrow().digest().sha256());
        Files.write(part, Arrays.copyOf(whole, 99));
        archive.cuts.clear();

        build();

        assertThat(archive.requested).contains(DEB + " bytes=99-").doesNotContain(DEB);
        assertThat(part).doesNotExist();
    }

    @Test
    void aPartThatIsOfAnotherFileIsGivenUp() throws Exception {
        Lock lock = builder(false).lock(recipe());
        Path part =
                Files.createDirectories(dir.resolve("cache/archive/parts"))
                        .resolve(lock.find("base").orElseThrow().digest().sha256());
        Files.write(part, new byte[50]);

        refused("is not the file that the signed index lists");

        build();
    }

    @Test
    void aTruncatedPackageIsRefused() throws Exception {
        byte[] whole = served(DEB);
        archive.served.put(DEB, Arrays.copyOf(whole, whole.length / 2));

        refused(DEB + " is not the file that the signed index lists");
    }

    @Test
    void aVersionThatTheMirrorHasDroppedSaysHowToLockAgain() throws Exception {
        Lock lock = builder(false).lock(recipe());
        archive.served.remove(DEB);

        assertThatThrownBy(() -> builder(false).build(request(Optional.of(lock))))
                .hasMessageEndingWith(
                        DEB
                                + " is not there (HTTP 404): the mirror has dropped this version;"
                                + " pin what it has now with 'keelson image lock', or name an archive"
                                + " that keeps old versions with --mirror");
    }

    @Test
    void aRepositoryOfOthersIsTakenOnItsOwnKeyOnly() throws Exception {
        Path other = Files.createDirectory(dir.resolve("other"));
        ArchiveSigner theirs = new ArchiveSigner(NOW.minusSeconds(5000));
        theirs.writeKeyring(other);
        try (TinyArchive second = new TinyArchive()) {
            second.add(deb("extra", "1", Map.of("usr/bin/extra", "x")), "Depends: base\n");
            second.publish(theirs, NOW.plusSeconds(1000));
            String more =
                    """
                    packages: [extra]
                    repositories:
                      - {name: acme, uri: "%s", suite: trixie, keyring: %s}
                    """
                            .formatted(second.mirrors().main(), "%s/debian-archive-test.gpg");

            Recipe recipe = recipe(more.formatted("other"));
            Assembled made = builder(false).build(request(recipe, Optional.empty()));
            assertThat(made.tree().find("/usr/bin/extra")).isPresent();
            assertThat(made.lock().find("extra").orElseThrow().suite()).isEqualTo("acme");

            assertThatThrownBy(() -> builder(false).lock(recipe(more.formatted("."))))
                    .hasMessageContaining(
                            "InRelease of acme is signed by none of the archive keys");
            assertThatThrownBy(
                            () -> builder(false).build(request(recipe(), Optional.of(made.lock()))))
                    .hasMessage(
                            "packages.lock takes extra 1 from acme, which the recipe does not name"
                                    + " under repositories: lock again");
        }
    }

    @Test
    void aDependencyThatCannotBeMetIsExplained() throws Exception {
        archive.add(deb("wish", "1", Map.of()), "Depends: base (>= 9)\n");
        archive.publish(signer, NOW.plusSeconds(1000));

        assertThatThrownBy(() -> builder(false).lock(recipe("packages: [wish]\n")))
                .hasMessage("wish 1 needs base (>= 9), but the newest base is 1");
    }

    private void refused(String message) throws IOException {
        assertThatThrownBy(this::build)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
        // Downloads beside the bad one may have been cut, and go on another time.
        Path whole = dir.resolve("cache/archive/sha256");
        if (Files.isDirectory(whole)) {
            try (Stream<Path> files = Files.walk(whole).filter(Files::isRegularFile)) {
                for (Path file : files.toList()) {
                    assertThat(file).hasDigest("SHA-256", file.getFileName().toString());
                }
            }
        }
    }

    private byte[] served(String path) {
        return Objects.requireNonNull(archive.served.get(path), path);
    }

    private void flip(String path, int at) {
        byte[] changed = served(path).clone();
        changed[at] ^= 1;
        archive.served.put(path, changed);
    }

    private void build() throws IOException, InterruptedException {
        builder(false).build(request(Optional.empty()));
    }

    private RootTreeBuilder builder(boolean offline) {
        return new RootTreeBuilder(
                new PackageSource(
                        archive.mirrors(),
                        dir,
                        dir.resolve("cache"),
                        offline,
                        InstantSource.fixed(NOW)),
                Progress.none());
    }

    private TreeRequest request(Optional<Lock> lock) throws IOException {
        return request(recipe(), lock);
    }

    private static TreeRequest request(Recipe recipe, Optional<Lock> lock) {
        return new TreeRequest(recipe, "1.2.3", lock, Optional.empty());
    }

    private Recipe recipe() throws IOException {
        return recipe("");
    }

    private Recipe recipe(String more) throws IOException {
        String text =
                "name: tiny\nsuites: [trixie]\nkernel: linux-image-test\n"
                        + (more.contains("packages:") ? more : "packages: [base]\n" + more);
        return Recipe.read(Files.writeString(dir.resolve("tiny.yaml"), text));
    }

    private static TinyArchive.Deb deb(String name, String version, Map<String, String> files) {
        return new TinyArchive.Deb(name, version, Map.of(), files);
    }
}
