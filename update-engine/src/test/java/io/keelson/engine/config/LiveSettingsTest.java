package io.keelson.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

class LiveSettingsTest {
    @TempDir Path directory;

    @Test
    void unchangedFilesAreNoChange() throws Exception {
        LiveSettings settings = settings("GROUP=stable\n");

        write("GROUP=stable\n");

        assertThat(settings.changed(UpdateConfig::group)).isEmpty();
    }

    @Test
    void changedFileComesIntoForce() throws Exception {
        LiveSettings settings = settings("GROUP=stable\n");

        write("GROUP=beta\n");

        assertThat(settings.changed(UpdateConfig::group)).contains("beta");
        assertThat(settings.current().group()).isEqualTo("beta");
        assertThat(settings.changed(UpdateConfig::group)).isEmpty();
    }

    @Test
    void brokenFileKeepsTheSettingsBeforeAndSaysWhy() throws Exception {
        LiveSettings settings = settings("GROUP=stable\n");

        write("GROUP=beta\nTRIES=many\n");

        assertThat(settings.changed(UpdateConfig::group)).isEmpty();
        assertThat(settings.current().group()).isEqualTo("stable");
        assertThat(settings.problem())
                .contains(
                        "settings unchanged, because the new ones fail: TRIES=many is not a number"
                                + " from 1 to 9");
    }

    @Test
    void repairedFileEndsTheProblemEvenIfItIsTheOldOne() throws Exception {
        LiveSettings settings = settings("GROUP=stable\n");
        write("TYPO=1\n");
        assertThat(settings.changed(UpdateConfig::group)).isEmpty();

        write("GROUP=stable\n");

        assertThat(settings.changed(UpdateConfig::group)).contains("stable");
        assertThat(settings.problem()).isEmpty();
    }

    @Test
    void settingsThatCannotBePutToUseDoNotComeIntoForce() throws Exception {
        LiveSettings settings = settings("GROUP=stable\n");

        write("GROUP=beta\n");

        assertThat(
                        settings.<String>changed(_ -> {
                            throw new IOException("no such certificate");
                        }))
                .isEmpty();
        assertThat(settings.current().group()).isEqualTo("stable");
        assertThat(settings.problem()).get().asString().endsWith("fail: no such certificate");
    }

    @Test
    void aMistakeOfOursDoesNotKeepTheCorrectedFileFromBeingRead() throws Exception {
        LiveSettings settings = settings("GROUP=stable\n");
        write("GROUP=beta\n");
        Optional<String> broken =
                settings.changed(_ -> {
                    throw new IllegalArgumentException("port out of range");
                });
        Optional<String> problem = settings.problem();

        write("GROUP=alpha\n");
        Optional<String> mended = settings.changed(UpdateConfig::group);

        assertThat(broken).isEmpty();
        assertThat(problem)
                .get()
                .asString()
                .endsWith("IllegalArgumentException: port out of range");
        assertThat(mended).contains("alpha");
        assertThat(settings.problem()).isEmpty();
    }

    @Test
    void aRenewedCertificateOfTheLockIsAChange() throws Exception {
        Path certificate = Files.writeString(directory.resolve("lock.crt"), "first");
        LiveSettings settings =
                settings(
                        "LOCK_ENDPOINTS=https://etcd:2379\nLOCK_CERT_FILE=%s\nLOCK_KEY_FILE=%s\n"
                                .formatted(certificate, certificate));
        Optional<String> before = settings.changed(UpdateConfig::group);

        Files.writeString(certificate, "second");

        assertThat(before).isEmpty();
        assertThat(settings.changed(UpdateConfig::group)).contains("stable");
    }

    @Test
    void aFileThatNewSettingsNameMayComeAfterThem() throws Exception {
        LiveSettings settings = settings("GROUP=stable\n");
        Path authority = directory.resolve("ca.pem");
        write("GROUP=beta\nSERVER_CA_FILE=" + authority + "\n");
        Optional<String> early =
                settings.changed(_ -> {
                    throw new IOException("no " + authority);
                });

        Files.writeString(authority, "a certificate");

        assertThat(early).isEmpty();
        assertThat(settings.changed(UpdateConfig::group)).contains("beta");
    }

    private LiveSettings settings(String content) throws IOException {
        return LiveSettings.load(
                List.of(write(content)), AnnouncedKeys.NONE, UnaryOperator.identity());
    }

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("update.conf"), content);
    }
}
