package io.keelson.reboot.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.ZoneId;

class WindowTextTest {
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    Mon-Fri 02:00-05:00 UTC            | Mon-Fri 02:00-05:00 UTC              | 3h
                    02:00-05:00                        | daily 02:00-05:00 Europe/Berlin      | 3h
                    DAILY 2:0 - 5:30 America/New_York  | daily 02:00-05:30 America/New_York   | 3h30m
                    Sat,Sun 22:00-04:00                | Sat-Sun 22:00-04:00 Europe/Berlin    | 6h
                    Mon,Wed, Fri-Sat 23:59-00:00 UTC   | Mon,Wed,Fri-Sat 23:59-24:00 UTC      | 1m
                    Fri-Mon 00:00-24:00 UTC            | Mon,Fri-Sun 00:00-24:00 UTC          | 24h
                    daily 00:00-24:00 UTC              | daily 00:00-24:00 UTC                | 24h
                    Fri 22:00-Mon 06:00 UTC            | Fri 22:00-Mon 06:00 UTC              | 56h
                    Fri 22:00-Fri 21:00 UTC            | Fri 22:00-Fri 21:00 UTC              | 167h
                    Fri 22:00-Fri 23:00 UTC            | Fri 22:00-23:00 UTC                  | 1h
                    Sun 20:00-Mon 24:00 UTC            | Sun 20:00-Tue 00:00 UTC              | 28h
                    Thursday 04:00+1h30m UTC           | Thu 04:00+1h30m UTC                  | 1h30m
                    daily 04:00 + 90m +02:00           | daily 04:00+1h30m +02:00             | 1h30m
                    Thu 04:00+48h Australia/Lord_Howe  | Thu 04:00+48h Australia/Lord_Howe    | 48h
                    """)
    void textIsReadAndWrittenInOneForm(String text, String written, String length) {
        RebootWindow window = RebootWindow.parse(text, ZONE);

        assertThat(window.text()).isEqualTo(written);
        assertThat(DurationText.write(window.nominalLength())).isEqualTo(length);
        assertThat(RebootWindow.parse(written, ZoneId.of("UTC"))).isEqualTo(window);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    ""                             | is not a window: write 'Mon-Fri 02:00-05:00 Europe/Berlin'
                    at night                       | 'at night' is not a window
                    Mun 02:00-05:00                | 'Mun 02:00-05:00' is not a window
                    02:00                          | is not a window
                    02:00-05:00 Europe/Berlin now  | is not a window
                    02:00-05:00 Europe/Belin       | 'Europe/Belin' is not a time zone
                    02:00-05:60                    | '05:60' is not a time of the day
                    25:00-05:00                    | '25:00' is not a time of the day
                    24:00-05:00                    | '24:00' is not a time of the day
                    02:00-02:00                    | ends when it starts
                    Mon-Tue 02:00-Wed 05:00        | needs exactly one day of start
                    Fri 02:00-Thu 24:00            | OK
                    Fri 02:00+169h                 | up to 7 days
                    Mon 02:00+0h                   | up to 7 days but 'Mon 02:00+0s Europe/Berlin' is open for 0s
                    Mon 02:00+1.00001s             | not a length of time in whole seconds
                    Mon 02:00+1h30                 | '1h30' is not a length of time
                    Mon 02:00+99999999h            | not a length of time
                    """)
    void whatIsNoWindowIsRefusedWithASentence(String text, String sentence) {
        if (sentence.equals("OK")) {
            assertThat(RebootWindow.parse(text, ZONE).nominalLength())
                    .isEqualTo(Duration.ofHours(166));
            return;
        }

        assertThatThrownBy(() -> RebootWindow.parse(text, ZONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void longInputIsNotRepeatedInFull() {
        assertThatThrownBy(() -> RebootWindow.parse("x".repeat(100_000), ZONE))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(400));
    }

    @ParameterizedTest
    @CsvSource({
        "14:00, 1h, daily 14:00+1h Europe/Berlin",
        "Thu 04:00, 1h30m, Thu 04:00+1h30m Europe/Berlin",
        "THU 04:00, 1h30m, Thu 04:00+1h30m Europe/Berlin",
        "Sun 9:0, 100h, Sun 09:00+100h Europe/Berlin",
        "23:30, 90m, daily 23:30+1h30m Europe/Berlin",
        "00:00, 23h59m59s, daily 00:00+23h59m59s Europe/Berlin",
    })
    void flatcarsSettingsAreUnderstood(String start, String length, String written) {
        assertThat(RebootWindow.ofLocksmith(start, length, ZONE).text()).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    14       | 1h   | the window's start '14' is not a time
                    Thursday 4:00 | 1h | is not a time such as '04:00' or 'Thu 04:00'
                    14:00    | 24h  | the window's length 24h must be less than the 24 hours from one start to the next
                    Thu 4:00 | 168h | must be less than the 168 hours
                    14:00    | -1h  | '-1h' is not a length of time
                    14:00    | 1    | '1' is not a length of time
                    14:00    | 0    | must be open for a time up to 7 days
                    """)
    void whatLocksmithWouldRefuseIsRefused(String start, String length, String sentence) {
        assertThatThrownBy(() -> RebootWindow.ofLocksmith(start, length, ZONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-20..2027-01-03 UTC, 2026-12-20..2027-01-03 UTC",
        "2026-12-24, 2026-12-24 Europe/Berlin",
        "2026-12-24..2026-12-24, 2026-12-24 Europe/Berlin",
        "12-24 .. 01-02, 12-24..01-02 Europe/Berlin",
        "02-29 UTC, 02-29 UTC",
    })
    void blackoutsAreReadAndWrittenInOneForm(String text, String written) {
        Blackout blackout = Blackout.parse(text, ZONE);

        assertThat(blackout.text()).isEqualTo(written);
        assertThat(Blackout.parse(written, ZoneId.of("UTC"))).isEqualTo(blackout);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    christmas               | 'christmas' is not a blackout: write
                    2026-02-30              | names a date no calendar has
                    02-30                   | names a date no calendar has
                    2026-12-20..2026-12-19  | ends before it starts
                    2026-12-20..12-24       | is not a blackout
                    2026-01-01..2037-01-01  | is longer than 10 years: halt the group instead
                    2026-12-20 Berlin       | 'Berlin' is not a time zone
                    """)
    void whatIsNoBlackoutIsRefusedWithASentence(String text, String sentence) {
        assertThatThrownBy(() -> Blackout.parse(text, ZONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }
}
