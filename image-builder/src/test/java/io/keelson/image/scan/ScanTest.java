package io.keelson.image.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.archive.Digest;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The fixture has the shape of the tracker's data/json; versions and names are made up. */
class ScanTest {
    @TempDir Path directory;
    private Path tracker;

    @BeforeEach
    void copyFixture() throws IOException {
        tracker = directory.resolve("tracker.json");
        try (InputStream in = ScanTest.class.getResourceAsStream("/scan/tracker.json")) {
            assertThat(in).isNotNull();
            Files.copy(in, tracker);
        }
    }

    @Test
    void saysOfEveryFindingWhichVersionFixesItAndWhoHasIt() throws IOException {
        Scan scan =
                new Scan(
                        "trixie",
                        List.of("trixie", "trixie-security"),
                        List.of(
                                new SourceBuild("bash", "5.2.37-2", List.of("bash")),
                                new SourceBuild("openssl", "3.5.1-1", List.of("libssl3t64")),
                                new SourceBuild("lvm2", "2.03.31-2", List.of("dmsetup")),
                                new SourceBuild(
                                        "linux-signed-amd64",
                                        "6.12.48+1",
                                        List.of("linux-image-cloud-amd64"))));

        List<Finding> findings = scan.run(tracker);

        assertThat(findings)
                .extracting(each -> each.id() + ": " + each.advice())
                .containsExactly(
                        "CVE-2026-0005: fixed in 6.12.57-1, which trixie-security has: lock again and build",
                        "CVE-2026-0004: fixed in 2.03.33-1, which trixie-backports has: add that suite to the recipe",
                        "CVE-2026-0001: fixed in 3.5.1-1+deb13u2, which trixie-security has: lock again and build",
                        "CVE-2026-0006: not yet judged by Debian",
                        "CVE-2026-0002: no fix for this release: Minor issue, postponed");
        assertThat(findings)
                .extracting(Finding::isFixable)
                .containsExactly(true, true, true, false, false);
    }

    @Test
    void aFixedVersionIsNoFindingAndOneBelowIsOne() throws IOException {
        assertThat(openssl("3.5.1-1+deb13u1")).doesNotContain("CVE-2026-0001");
        assertThat(openssl("3.5.1-1+deb13u1~bpo1")).contains("CVE-2026-0001");
    }

    @Test
    void aSuiteThatTheImageIsNotLockedToIsNamedAsSuch() throws IOException {
        Scan scan =
                new Scan(
                        "trixie",
                        List.of("trixie"),
                        List.of(new SourceBuild("openssl", "3.5.1-1", List.of("openssl"))));

        assertThat(scan.run(tracker).getFirst().advice())
                .isEqualTo(
                        "fixed in 3.5.1-1+deb13u1, which trixie-security has: add that suite to the recipe");
    }

    @Test
    void findsSourcesByTheBillOfMaterialsAndElseByThePool() throws IOException {
        Lock lock =
                new Lock(
                        "amd64",
                        List.of("trixie", "trixie-security"),
                        List.of(
                                locked("dmsetup", "2:1.02.205-2", "pool/main/l/lvm2/d.deb"),
                                locked("libssl3t64", "3.5.1-1", "pool/main/o/openssl/l.deb")));
        try (OutputStream out = Files.newOutputStream(directory.resolve("packages.lock"))) {
            lock.write(out);
        }
        Files.writeString(
                directory.resolve("sbom.cdx.json"),
                """
                {"components": [{"name": "dmsetup", "version": "2:1.02.205-2",
                  "properties": [{"name": "keelson:source", "value": "lvm2 2.03.31-2"}]}]}
                """);

        Scan scan = InstalledSources.of(directory);

        assertThat(scan.release()).isEqualTo("trixie");
        assertThat(scan.sources())
                .containsExactly(
                        new SourceBuild("lvm2", "2.03.31-2", List.of("dmsetup")),
                        new SourceBuild("openssl", "3.5.1-1", List.of("libssl3t64")));
    }

    @Test
    void refusesAFileThatIsNotTheTrackers() throws IOException {
        Scan scan = new Scan("trixie", List.of("trixie"), List.of());
        for (String wrong : List.of("[]", "{}", "{\"bash\": 1}", "<html>", "{\"bash\": {")) {
            Files.writeString(tracker, wrong);

            assertThatThrownBy(() -> scan.run(tracker))
                    .as(wrong)
                    .hasMessageContaining("is not the security tracker's JSON")
                    .hasMessageEndingWith("download data/json of the tracker again");
        }
    }

    private List<String> openssl(String version) throws IOException {
        return new Scan(
                        "trixie",
                        List.of("trixie"),
                        List.of(new SourceBuild("openssl", version, List.of("openssl"))))
                .run(tracker).stream().map(Finding::id).toList();
    }

    private static LockedPackage locked(String name, String version, String filename) {
        return new LockedPackage(
                new LockedPackage.Id(name, version, "amd64"),
                "trixie",
                filename,
                new Digest(1, "ab".repeat(32)));
    }
}
