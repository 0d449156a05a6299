package io.keelson.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.host.Command;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What keelson-fallback.service runs; with a root of its own it says what it would do. */
class FallbackScriptTest {
    private static final Path SCRIPT = Path.of("src/main/dist/lib/keelson/fallback");
    private static final String REBOOTS =
            "keelson: health gate failed, rebooting (tries are counted by systemd-boot) release=1.1.0 entry=";

    @TempDir Path root;
    private Path entries;

    @BeforeEach
    void installTwoReleases() throws Exception {
        entries = Files.createDirectories(root.resolve("efi/EFI/Linux"));
        Files.createDirectories(root.resolve("sys/firmware/efi/efivars"));
        Files.createDirectories(root.resolve("var/lib/keelson"));
        Files.createDirectories(root.resolve("usr/lib"));
        Files.writeString(root.resolve("usr/lib/os-release"), "ID=keelson\nIMAGE_VERSION=1.1.0\n");
        Files.writeString(entries.resolve("keelson_1.0.0.efi"), "an image");
    }

    @Test
    void bootOnTrialIsEndedAndCounted() throws Exception {
        boots("keelson_1.1.0+2-1.efi");

        assertThat(run()).isEqualTo(REBOOTS + "keelson_1.1.0+2-1.efi");
        assertThat(run()).startsWith(REBOOTS);
        assertThat(counted()).isEqualTo("2");
    }

    @Test
    void lastTryIsLeftForTheOtherRelease() throws Exception {
        boots("keelson_1.1.0+0-3.efi");

        assertThat(run()).isEqualTo(REBOOTS + "keelson_1.1.0+0-3.efi");
    }

    @Test
    void lastReleaseThatBootsAtAllStaysUp() throws Exception {
        Files.delete(entries.resolve("keelson_1.0.0.efi"));
        Files.writeString(entries.resolve("keelson_1.0.0+0-4.efi"), "an image");
        boots("keelson_1.1.0+0-3.efi");

        assertThat(run())
                .isEqualTo(
                        "keelson: health gate failed, staying up: no other release has tries left, a"
                                + " reboot would come back here release=1.1.0"
                                + " entry=keelson_1.1.0+0-3.efi");
    }

    @Test
    void entryWithoutContentIsNoOtherRelease() throws Exception {
        Files.writeString(entries.resolve("keelson_1.0.0.efi"), "");
        boots("keelson_1.1.0+0-3.efi");

        assertThat(run()).contains("staying up: no other release has tries left");
    }

    @Test
    void newerReleaseThatWasLeftForThisOneIsGoneBackTo() throws Exception {
        Files.delete(entries.resolve("keelson_1.0.0.efi"));
        Files.writeString(entries.resolve("keelson_1.2.0+0.efi"), "an image");
        boots("keelson_1.1.0+0-3.efi");

        assertThat(run()).isEqualTo(REBOOTS + "keelson_1.1.0+0-3.efi");
    }

    @Test
    void countingThatDoesNotWorkEndsNoMoreThanNineBootsInARow() throws Exception {
        boots("keelson_1.1.0+2-1.efi");
        for (int boot = 0; boot < 9; boot++) {
            assertThat(run()).startsWith(REBOOTS);
        }

        assertThat(run())
                .isEqualTo(
                        "keelson: health gate failed, staying up: 9 boots in a row were ended by it"
                                + " already release=1.1.0 entry=keelson_1.1.0+2-1.efi");
    }

    @Test
    void countThatIsNoNumberStartsAgain() throws Exception {
        Files.writeString(root.resolve("var/lib/keelson/fallback-reboots"), "many\n");
        boots("keelson_1.1.0+2-1.efi");

        assertThat(run()).startsWith(REBOOTS);
        assertThat(counted()).isEqualTo("1");
    }

    @Test
    void fullDiskKeepsNobodyOnABadRelease() throws Exception {
        Files.delete(root.resolve("var/lib/keelson"));
        boots("keelson_1.1.0+2-1.efi");

        assertThat(run().lines())
                .containsExactly(
                        "keelson: health gate failed, this reboot could not be counted",
                        REBOOTS + "keelson_1.1.0+2-1.efi");
    }

    /** The entry's file, and the loader's variable: a path in UTF-16 behind four bytes. */
    private void boots(String entry) throws Exception {
        Files.writeString(entries.resolve(entry), "an image");
        byte[] path = ("\\EFI\\Linux\\" + entry + "\0").getBytes(StandardCharsets.UTF_16LE);
        byte[] variable = new byte[4 + path.length];
        variable[0] = 6;
        System.arraycopy(path, 0, variable, 4, path.length);
        Files.write(
                root.resolve(
                        "sys/firmware/efi/efivars/LoaderBootCountPath-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"),
                variable);
    }

    private String run() throws Exception {
        Command.Result result =
                Command.run(
                        List.of("/bin/sh", SCRIPT.toString(), root.toString()),
                        Duration.ofSeconds(30));
        assertThat(result.exitCode()).isZero();
        return result.stdout().strip();
    }

    private String counted() throws Exception {
        return Files.readString(root.resolve("var/lib/keelson/fallback-reboots")).strip();
    }
}
