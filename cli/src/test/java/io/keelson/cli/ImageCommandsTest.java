package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the commands around images say; what they do is tested where it is done. */
class ImageCommandsTest {
    @TempDir Path directory;

    @Test
    void convertsADiskAndNamesTheResult() throws IOException {
        Path disk = Files.write(directory.resolve("disk.img"), new byte[1 << 20]);
        Path out = directory.resolve("disk.qcow2");

        CapturedRun run =
                CapturedRun.of(
                        "image", "convert", "--to", "qcow2", "--out", out + "", disk.toString());

        assertThat(run.err()).doesNotContain("keelson:");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith(out + "  " + Files.size(out) + " bytes");
    }

    @Test
    void aPlatformNeedsKeysAndSettingsNeedAPlatform() throws IOException {
        Path disk = Files.write(directory.resolve("disk.img"), new byte[1 << 20]);
        Path out = directory.resolve("out.raw");

        CapturedRun noKeys =
                CapturedRun.of(
                        "image",
                        "convert",
                        "--to=raw",
                        "--platform=metal",
                        "--out=" + out,
                        disk.toString());
        CapturedRun noPlatform =
                CapturedRun.of(
                        "image",
                        "convert",
                        "--to=raw",
                        "--settings=" + disk,
                        "--out=" + out,
                        disk.toString());

        assertThat(noKeys.exitCode()).isEqualTo(1);
        assertThat(noKeys.err())
                .endsWith("the platform's addon has to be signed: name the keys with --keys\n");
        assertThat(noPlatform.exitCode()).isEqualTo(1);
        assertThat(noPlatform.err())
                .isEqualTo(
                        "keelson: settings are signed together with a platform: name it with --platform, and the keys with --keys\n");
        assertThat(out).doesNotExist();
    }

    @Test
    void aScanFailsForFindingsOfTheKindThatIsAskedFor() throws IOException {
        Files.writeString(
                directory.resolve("packages.lock"),
                """
                {"format": 1, "arch": "amd64", "suites": ["trixie"], "packages": [
                  {"name": "libssl3t64", "version": "3.5.1-1", "arch": "amd64", "suite": "trixie",
                   "filename": "pool/main/o/openssl/libssl3t64.deb", "size": 1, "sha256": "%s"}]}
                """
                        .formatted("ab".repeat(32)));
        Path tracker =
                Files.writeString(
                        directory.resolve("tracker.json"),
                        """
                        {"openssl": {"CVE-2026-1": {"releases": {"trixie": {"status": "open", "urgency": "low"}}}}}
                        """);

        CapturedRun fixable = scan(tracker, "fixable");
        CapturedRun any = scan(tracker, "any");

        assertThat(fixable.exitCode()).isZero();
        assertThat(fixable.out())
                .contains("CVE-2026-1")
                .contains("no fix for this release")
                .endsWith(
                        "1 source packages of trixie: 1 findings, 0 of them fixed by a new version\n");
        assertThat(any.exitCode()).isEqualTo(1);
        assertThat(any.err()).startsWith("keelson: 1 findings in ");
    }

    @Test
    void rotationStepsExcludeEachOther() {
        CapturedRun run =
                CapturedRun.of(
                        "keys", "rotate", "--dir", directory.toString(), "--activate", "--retire");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("two steps");
    }

    private CapturedRun scan(Path tracker, String failOn) {
        return CapturedRun.of(
                "image",
                "scan",
                "--tracker",
                tracker.toString(),
                "--fail-on",
                failOn,
                directory.toString());
    }
}
