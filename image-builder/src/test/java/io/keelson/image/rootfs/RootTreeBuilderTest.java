package io.keelson.image.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.archive.ArchiveSigner;
import io.keelson.image.packages.Lock;
import io.keelson.image.progress.Progress;
import io.keelson.image.recipe.Recipe;
import io.keelson.image.standin.ScriptReport.Cover;
import io.keelson.image.tree.Node;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@Timeout(60)
class RootTreeBuilderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SYSUSERS = "g kvm -\nu! net 120 \"Net Work\"\n";

    @TempDir Path dir;
    private TinyArchive archive;
    private ArchiveSigner signer;

    @BeforeEach
    void publishSmallSystem() throws Exception {
        archive = new TinyArchive();
        signer = new ArchiveSigner(NOW.minusSeconds(1000));
        signer.writeKeyring(dir);
        archive.add(
                new TinyArchive.Deb(
                        "base",
                        "1",
                        Map.of("postinst", "#!/bin/sh\nset -e\nldconfig\n"),
                        Map.of(
                                "bin/tool", "tool",
                                "etc/base.conf", "x=1\n",
                                "usr/lib/os-release", "VERSION_CODENAME=trixie\n",
                                "usr/lib/sysusers.d/base.conf", SYSUSERS,
                                "usr/share/doc/base/copyright", "c",
                                "lib", "-> usr/lib",
                                "usr/lib/systemd/system/base.service",
                                        "[Install]\nWantedBy=multi-user.target\n")),
                "Provides: virtual-base (= 2)\n");
        archive.add(
                new TinyArchive.Deb(
                        "linux-image-test", "6.1", Map.of(), Map.of("boot/vmlinuz-6.1", "kernel")),
                "Depends: virtual-base (>= 2) | gone\n");
        archive.publish(signer, NOW.plusSeconds(1000));
    }

    @AfterEach
    void stop() {
        archive.close();
    }

    @Test
    void aRecipeBecomesATree() throws Exception {
        Assembled made = build(recipe("units: {enable: [base.service]}\n"), false);

        assertThat(made.kernelVersion()).isEqualTo("6.1");
        assertThat(text(made, "/usr/bin/tool")).isEqualTo("tool");
        assertThat(text(made, "/usr/share/factory/etc/base.conf")).isEqualTo("x=1\n");
        assertThat(text(made, "/usr/lib/os-release"))
                .contains("IMAGE_VERSION=1.2.3\n", "VERSION_CODENAME=trixie\n");
        assertThat(text(made, "/etc/passwd"))
                .contains("net:x:120:120:Net Work:/:/usr/sbin/nologin\n");
        assertThat(text(made, "/etc/group")).contains("kvm:x:994:\n", "net:x:120:\n");
        assertThat(made.tree().find("/usr/share/doc")).isEmpty();
        assertThat(made.tree().find("/usr/lib/systemd/system/multi-user.target.wants/base.service"))
                .contains(Node.Symlink.to("../base.service"));
        assertThat(made.scripts().scripts())
                .singleElement()
                .satisfies(s -> assertThat(s.cover()).isInstanceOf(Cover.KnownCommands.class));
    }

    @Test
    void theCacheIsEnoughOffline() throws Exception {
        Recipe recipe = recipe("");
        Assembled first = build(recipe, false);
        archive.served.clear();

        Assembled second = build(recipe, true);

        assertThat(second.lock()).isEqualTo(first.lock());
        assertThat(second.tree().entries().keySet()).isEqualTo(first.tree().entries().keySet());
    }

    @Test
    void offlineWithoutACacheSaysWhatToDo() throws Exception {
        Recipe recipe = recipe("");

        assertThatThrownBy(() -> build(recipe, true))
                .hasMessageContaining("no index of suite trixie is in the cache")
                .hasMessageEndingWith("build once without --offline");
    }

    @Test
    void aPackageWithOtherBytesThanTheIndexSaysIsRefused() throws Exception {
        Recipe recipe = recipe("");
        archive.served.compute(
                "pool/main/base_1_amd64.deb",
                (_, deb) -> {
                    byte[] changed = deb.clone();
                    changed[changed.length - 1] ^= 1;
                    return changed;
                });

        assertThatThrownBy(() -> build(recipe, false))
                .hasMessageContaining("is not the file that the signed index lists");
    }

    @Test
    void anIndexThatHasExpiredIsRefused() throws Exception {
        archive.publish(signer, NOW.minusSeconds(1));
        Recipe recipe = recipe("");

        assertThatThrownBy(() -> build(recipe, false)).hasMessageContaining("the mirror is stale");
    }

    @Test
    void aMirrorThatAnswersWithAnotherSuiteIsRefused() throws Exception {
        archive.served.put("dists/forky/InRelease", archive.served.get("dists/trixie/InRelease"));
        Recipe recipe = recipe("").withSuites(List.of("forky"));

        assertThatThrownBy(() -> build(recipe, false))
                .hasMessage("the mirror answers for suite forky with suite trixie");
    }

    @Test
    void anAccountWithoutANumberIsAnError() throws Exception {
        Recipe recipe = Recipe.read(write(minimal().replace("ids: {kvm: 994}", "")));

        assertThatThrownBy(() -> build(recipe, false))
                .hasMessage(
                        "accounts [kvm] would get a random number;"
                                + " give each a fixed one under ids: in the recipe");
    }

    @Test
    void aScriptThatNothingCoversFailsTheBuildUnlessWaived() throws Exception {
        archive.add(
                new TinyArchive.Deb(
                        "odd", "1", Map.of("postinst", "#!/bin/sh\nmake-coffee --now\n"), Map.of()),
                "");
        archive.publish(signer, NOW.plusSeconds(1000));

        assertThatThrownBy(() -> build(recipe("packages: [odd]\n"), false))
                .hasMessageContaining("the postinst of package odd")
                .hasMessageContaining("\"make-coffee --now\"");
        assertThat(
                        build(recipe("packages: [odd]\nscriptWaivers: {odd: no cups}\n"), false)
                                .scripts()
                                .scripts())
                .anySatisfy(s -> assertThat(s.cover()).isEqualTo(new Cover.Waived("no cups")));
    }

    @Test
    void aLockIsWrittenAlikeAndReadBack() throws Exception {
        Lock lock = build(recipe(""), false).lock();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        lock.write(bytes);

        Lock read = Lock.read(new ByteArrayInputStream(bytes.toByteArray()));

        assertThat(read).isEqualTo(lock);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\"name\" : \"base\"");
    }

    @Test
    void aSecondBuildAsksTheMirrorOnlyForTheSignedList() throws Exception {
        Recipe recipe = recipe("");
        build(recipe, false);
        archive.requested.clear();

        build(recipe, false);

        assertThat(archive.requested).containsExactly("dists/trixie/InRelease");
    }

    private Assembled build(Recipe recipe, boolean offline)
            throws IOException, InterruptedException {
        PackageSource source =
                new PackageSource(
                        archive.mirrors(),
                        dir,
                        dir.resolve("cache"),
                        offline,
                        InstantSource.fixed(NOW));
        return new RootTreeBuilder(source, Progress.none())
                .build(new TreeRequest(recipe, "1.2.3", Optional.empty(), Optional.empty()));
    }

    private static String minimal() {
        return """
        name: tiny
        suites: [trixie]
        kernel: linux-image-test
        ids: {kvm: 994}
        """;
    }

    private Recipe recipe(String more) throws IOException {
        return Recipe.read(write(minimal() + more));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(dir.resolve("tiny.yaml"), text);
    }

    private static String text(Assembled made, String path) throws IOException {
        try (var in = made.tree().content(path).orElseThrow().open()) {
            return new String(in.readNBytes(10_000), StandardCharsets.UTF_8);
        }
    }
}
