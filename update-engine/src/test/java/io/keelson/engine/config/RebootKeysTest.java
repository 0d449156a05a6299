package io.keelson.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.reboot.window.RebootWindow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class RebootKeysTest {
    private static final String ETCD = "LOCK_ENDPOINTS=http://127.0.0.1:2379\n";

    @TempDir Path directory;

    /** Flatcar's two words heed a window without saying so, as locksmith does. */
    @ParameterizedTest
    @CsvSource({
        "off, false, OFF",
        "off, true, OFF",
        "immediate, false, IMMEDIATE",
        "reboot, false, IMMEDIATE",
        "reboot, true, WINDOW",
        "window, true, WINDOW",
        "lock, false, LOCK",
        "etcd-lock, false, LOCK",
        "etcd-lock, true, LOCK_WINDOW",
        "best-effort, false, LOCK",
        "best-effort, true, LOCK_WINDOW",
        "lock+window, true, LOCK_WINDOW",
        "LOCK+Window, true, LOCK_WINDOW",
    })
    void strategiesHaveOneMeaning(String word, boolean hasWindow, RebootStrategy strategy)
            throws Exception {
        String window =
                hasWindow
                        ? "LOCKSMITHD_REBOOT_WINDOW_START=\"Thu 04:00\"\nLOCKSMITHD_REBOOT_WINDOW_LENGTH=1h30m\n"
                        : "";

        RebootSettings settings = load(ETCD + window + "REBOOT_STRATEGY=" + word);

        assertThat(settings.strategy()).isEqualTo(strategy);
        assertThat(settings.calendar().windows()).hasSize(hasWindow ? 1 : 0);
    }

    @Test
    void bestEffortWithoutALockJustReboots() throws Exception {
        assertThat(load("REBOOT_STRATEGY=best-effort").strategy())
                .isEqualTo(RebootStrategy.IMMEDIATE);
    }

    @Test
    void windowsOfBothFormsAddUp() throws Exception {
        RebootSettings settings =
                load(
                        """
                        REBOOT_STRATEGY=window
                        REBOOT_TIMEZONE=Europe/Berlin
                        REBOOT_WINDOWS="Mon-Fri 02:00-05:00; Sat 22:00+4h UTC;"
                        REBOOT_BLACKOUTS=12-24..01-02; 2026-11-27 America/New_York
                        REBOOT_WINDOW_START=Thu 14:00
                        REBOOT_WINDOW_LENGTH=90m
                        """);

        assertThat(settings.calendar().windows())
                .extracting(RebootWindow::text)
                .containsExactly(
                        "Mon-Fri 02:00-05:00 Europe/Berlin",
                        "Sat 22:00+4h UTC",
                        "Thu 14:00+1h30m Europe/Berlin");
        assertThat(settings.calendar().blackouts())
                .extracting(blackout -> blackout.text())
                .containsExactly("12-24..01-02 Europe/Berlin", "2026-11-27 America/New_York");
        assertThat(settings.patience())
                .isEqualTo(
                        new RebootSettings.Patience(
                                Duration.ofMinutes(10),
                                Duration.ofMinutes(5),
                                Duration.ofHours(1),
                                Duration.ofMinutes(5)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    REBOOT_STRATEGY=window                                   | REBOOT_STRATEGY=window needs REBOOT_WINDOWS, such as 'Mon-Fri 02:00-05:00 Europe/Berlin'
                    REBOOT_STRATEGY=lock+window                              | REBOOT_STRATEGY=lock+window needs COORDINATOR, a coordinator's URL, or LOCK_ENDPOINTS, etcd's URLs
                    REBOOT_STRATEGY=immediate;REBOOT_WINDOWS=02:00-05:00     | windows or blackouts are set, but REBOOT_STRATEGY=immediate does not heed them: use window or lock+window
                    REBOOT_STRATEGY=immediate;REBOOT_BLACKOUTS=12-24         | windows or blackouts are set, but REBOOT_STRATEGY=immediate does not heed them: use window or lock+window
                    REBOOT_WINDOWS=at night                                  | REBOOT_WINDOWS: 'at night' is not a window
                    REBOOT_BLACKOUTS=2026-02-30                              | REBOOT_BLACKOUTS: the blackout '2026-02-30' names a date no calendar has
                    REBOOT_TIMEZONE=Berlin                                   | REBOOT_TIMEZONE: not a time zone such as Europe/Berlin or UTC
                    REBOOT_WINDOW_START=14:00                                | REBOOT_WINDOW_START and REBOOT_WINDOW_LENGTH are set together or not at all
                    LOCKSMITHD_REBOOT_WINDOW_LENGTH=1h                       | REBOOT_WINDOW_START and REBOOT_WINDOW_LENGTH are set together or not at all
                    REBOOT_WINDOW_START=2pm;REBOOT_WINDOW_LENGTH=1h          | REBOOT_WINDOW_START: the window's start '2pm' is not a time
                    REBOOT_WINDOWS=02:00-02:10 UTC                           | REBOOT_WINDOWS: the window 'daily 02:00-02:10 UTC' is open for 10m but a reboot is expected to take 15m: it is 5m too short; make it longer or lower the expected duration (REBOOT_EXPECTED 10m and REBOOT_WARNING 5m)
                    REBOOT_EXPECTED=0                                        | REBOOT_EXPECTED=0 is not a number from 1 to 86400
                    REBOOT_WARNING=3601                                      | REBOOT_WARNING=3601 is not a number from 0 to 3600
                    DRAIN_TIMEOUT=0                                          | DRAIN_TIMEOUT=0 is not a number from 1 to 21600
                    """)
    void whatCannotBeMeantIsAStartUpError(String lines, String message) {
        assertThatThrownBy(() -> load(lines.replace(";", "\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    private RebootSettings load(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("update.conf"), text);
        return UpdateConfig.load(List.of(file)).reboot();
    }
}
