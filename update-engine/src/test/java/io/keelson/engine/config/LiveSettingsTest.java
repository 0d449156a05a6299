package io.keelson.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    private LiveSettings settings(String content) throws IOException {
        return LiveSettings.load(List.of(write(content)), AnnouncedKeys.NONE);
    }

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("update.conf"), content);
    }
}
