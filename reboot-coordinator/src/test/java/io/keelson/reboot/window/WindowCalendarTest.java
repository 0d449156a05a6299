package io.keelson.reboot.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

class WindowCalendarTest {
    private static final ZoneId UTC = ZoneId.of("UTC");

    /** Openings from a day on, as start/length. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # Europe/Berlin: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00
                    daily 01:00-04:00 Europe/Berlin      | 2026-03-28T12:00Z | 2026-03-29T00:00Z/2h 2026-03-29T23:00Z/3h
                    daily 02:00-03:00 Europe/Berlin      | 2026-03-28T12:00Z | 2026-03-30T00:00Z/1h 2026-03-31T00:00Z/1h
                    daily 02:30-03:30 Europe/Berlin      | 2026-03-28T12:00Z | 2026-03-29T01:00Z/30m 2026-03-30T00:30Z/1h
                    daily 02:30+1h Europe/Berlin         | 2026-03-28T12:00Z | 2026-03-29T01:00Z/1h 2026-03-30T00:30Z/1h
                    daily 01:00+3h Europe/Berlin         | 2026-03-28T12:00Z | 2026-03-29T00:00Z/3h 2026-03-29T23:00Z/3h
                    daily 01:00-04:00 Europe/Berlin      | 2026-10-24T12:00Z | 2026-10-24T23:00Z/4h 2026-10-26T00:00Z/3h
                    daily 02:00-02:30 Europe/Berlin      | 2026-10-24T12:00Z | 2026-10-25T00:00Z/30m 2026-10-25T01:00Z/30m 2026-10-26T01:00Z/30m
                    daily 02:30+1h Europe/Berlin         | 2026-10-24T12:00Z | 2026-10-25T00:30Z/1h 2026-10-26T01:30Z/1h
                    daily 02:30-03:00 Europe/Berlin      | 2026-10-24T12:00Z | 2026-10-25T00:30Z/30m 2026-10-25T01:30Z/30m
                    # America/New_York: 2026-03-08 02:00 becomes 03:00, 2026-11-01 02:00 becomes 01:00
                    Sun 00:00-04:00 America/New_York     | 2026-03-07T12:00Z | 2026-03-08T05:00Z/3h 2026-03-15T04:00Z/4h
                    Sat 23:00-02:30 America/New_York     | 2026-03-07T12:00Z | 2026-03-08T04:00Z/3h 2026-03-15T03:00Z/3h30m
                    Sun 00:00-04:00 America/New_York     | 2026-10-31T12:00Z | 2026-11-01T04:00Z/5h 2026-11-08T05:00Z/4h
                    Sun 01:15-01:45 America/New_York     | 2026-10-31T12:00Z | 2026-11-01T05:15Z/30m 2026-11-01T06:15Z/30m
                    # Australia/Lord_Howe: half an hour; 2026-10-04 02:00 becomes 02:30, 2026-04-05 02:00 becomes 01:30
                    daily 01:00-03:00 Australia/Lord_Howe | 2026-10-03T12:00Z | 2026-10-03T14:30Z/1h30m 2026-10-04T14:00Z/2h
                    daily 02:00-02:30 Australia/Lord_Howe | 2026-10-03T12:00Z | 2026-10-04T15:00Z/30m
                    daily 01:00-03:00 Australia/Lord_Howe | 2026-04-04T12:00Z | 2026-04-04T14:00Z/2h30m 2026-04-05T14:30Z/2h
                    daily 01:30-01:45 Australia/Lord_Howe | 2026-04-04T12:00Z | 2026-04-04T14:30Z/15m 2026-04-04T15:00Z/15m
                    # Pacific/Apia had no Friday 2011-12-30
                    Fri 02:00-05:00 Pacific/Apia         | 2011-12-28T00:00Z | 2012-01-05T12:00Z/3h
                    Fri 02:00+3h Pacific/Apia            | 2011-12-28T00:00Z | 2012-01-05T12:00Z/3h
                    Thu 22:00-04:00 Pacific/Apia         | 2011-12-28T00:00Z | 2011-12-30T08:00Z/2h 2012-01-05T08:00Z/6h
                    Thu 22:00+6h Pacific/Apia            | 2011-12-28T00:00Z | 2011-12-30T08:00Z/6h
                    Thu 22:00-Sat 04:00 Pacific/Apia     | 2011-12-28T00:00Z | 2011-12-30T08:00Z/6h
                    daily 23:00-01:00 Pacific/Apia       | 2011-12-29T12:00Z | 2011-12-30T09:00Z/2h 2011-12-31T09:00Z/2h
                    # wraps of midnight, week and year; leap day
                    Sun 23:00-01:00 UTC                  | 2026-01-03T00:00Z | 2026-01-04T23:00Z/2h
                    Wed-Thu 22:00-02:00 UTC              | 2026-12-30T12:00Z | 2026-12-30T22:00Z/4h 2026-12-31T22:00Z/4h 2027-01-06T22:00Z/4h
                    Fri 22:00-Mon 06:00 UTC              | 2026-01-01T00:00Z | 2026-01-02T22:00Z/56h 2026-01-09T22:00Z/56h
                    daily 23:00-01:00 UTC                | 2028-02-28T12:00Z | 2028-02-28T23:00Z/2h 2028-02-29T23:00Z/2h 2028-03-01T23:00Z/2h
                    daily 23:00-01:00 UTC                | 2027-02-28T12:00Z | 2027-02-28T23:00Z/2h 2027-03-01T23:00Z/2h
                    Tue 12:00-13:00 UTC                  | 2028-02-29T00:00Z | 2028-02-29T12:00Z/1h
                    # windows that meet are one; those inside others add nothing
                    Mon 22:00-24:00 UTC;Tue 00:00-02:00 UTC | 2026-01-05T00:00Z | 2026-01-05T22:00Z/4h 2026-01-12T22:00Z/4h
                    Mon 01:00-09:00 UTC;Mon 02:00-03:00 UTC | 2026-01-05T00:00Z | 2026-01-05T01:00Z/8h
                    Mon 01:00-03:00 UTC;Mon 01:00-03:00 Europe/Berlin | 2026-01-05T00:00Z | 2026-01-05T00:00Z/3h
                    """)
    void openingsFollowTheWallClock(String windows, String from, String expected) {
        var calendar = calendar(windows, "");
        String[] list = expected.split(" ", -1);

        var openings = calendar.upcoming(instant(from), list.length);

        assertThat(openings.stream().map(WindowCalendarTest::written)).containsExactly(list);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    daily 02:00-05:00 UTC | 2026-12-24..2026-12-26 UTC | 2026-12-23T00:00Z | 2026-12-23T02:00Z/3h 2026-12-27T02:00Z/3h
                    daily 22:00-02:00 UTC | 2026-12-24 UTC             | 2026-12-23T12:00Z | 2026-12-23T22:00Z/2h 2026-12-25T00:00Z/2h 2026-12-25T22:00Z/4h
                    daily 02:00-05:00 UTC | 2026-12-24 Asia/Tokyo      | 2026-12-22T12:00Z | 2026-12-23T02:00Z/3h 2026-12-25T02:00Z/3h
                    daily 02:00-05:00 UTC | 12-24..01-02 UTC           | 2027-12-23T00:00Z | 2027-12-23T02:00Z/3h 2028-01-03T02:00Z/3h
                    daily 02:00-05:00 UTC | 12-24..01-02 UTC           | 2028-01-01T00:00Z | 2028-01-03T02:00Z/3h
                    daily 02:00-05:00 UTC | 02-29 UTC                  | 2028-02-28T00:00Z | 2028-02-28T02:00Z/3h 2028-03-01T02:00Z/3h
                    daily 02:00-05:00 UTC | 02-29 UTC                  | 2027-02-28T00:00Z | 2027-02-28T02:00Z/3h 2027-03-01T02:00Z/3h
                    daily 02:00-05:00 UTC | 02-29..03-01 UTC           | 2027-02-28T00:00Z | 2027-02-28T02:00Z/3h 2027-03-02T02:00Z/3h
                    daily 02:00-05:00 UTC | 02-28..02-29 UTC           | 2027-02-27T00:00Z | 2027-02-27T02:00Z/3h 2027-03-01T02:00Z/3h
                    Fri 00:00-24:00 Pacific/Apia | 2011-12-30 Pacific/Apia | 2011-12-20T00:00Z | 2011-12-23T10:00Z/24h 2012-01-05T10:00Z/24h
                    """)
    void blackoutsCloseWhatTheyMeet(
            String windows, String blackouts, String from, String expected) {
        var calendar = calendar(windows, blackouts);
        String[] list = expected.split(" ", -1);

        var openings = calendar.upcoming(instant(from), list.length);

        assertThat(openings.stream().map(WindowCalendarTest::written)).containsExactly(list);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    2026-01-05T01:59:59Z | 30m | false
                    2026-01-05T02:00:00Z | 30m | true
                    2026-01-05T04:30:00Z | 30m | true
                    2026-01-05T04:30:01Z | 30m | false
                    2026-01-05T04:30:00.000000001Z | 30m | false
                    2026-01-05T02:00:00Z | 3h  | true
                    2026-01-05T02:00:00Z | 3h1s | false
                    2026-01-05T04:59:59Z | 0s  | true
                    2026-01-05T05:00:00Z | 0s  | false
                    """)
    void workMustBeOverWhenTheWindowCloses(String now, String expected, boolean isAllowed) {
        var calendar = calendar("Mon 02:00-05:00 UTC", "");

        assertThat(calendar.allows(Instant.parse(now), DurationText.parse(expected)))
                .isEqualTo(isAllowed);
    }

    @Test
    void nextStartSkipsTheOpeningTheClockMadeTooShort() {
        var calendar = calendar("daily 02:30-03:30 Europe/Berlin", "");

        assertThat(calendar.nextStart(instant("2026-03-28T12:00Z"), Duration.ofMinutes(30)))
                .contains(instant("2026-03-29T01:00Z"));
        assertThat(calendar.nextStart(instant("2026-03-28T12:00Z"), Duration.ofMinutes(31)))
                .contains(instant("2026-03-30T00:30Z"));
    }

    @Test
    void nextStartIsNowWhileThereIsStillTime() {
        var calendar = calendar("Mon 02:00-05:00 UTC", "");

        assertThat(calendar.nextStart(instant("2026-01-05T03:33Z"), Duration.ofHours(1)))
                .contains(instant("2026-01-05T03:33Z"));
        assertThat(calendar.nextStart(instant("2026-01-05T04:01Z"), Duration.ofHours(1)))
                .contains(instant("2026-01-12T02:00Z"));
    }

    @Test
    void nextStartLooksBeyondALongBlackoutButNotForEver() {
        assertThat(
                        calendar("Mon 02:00-05:00 UTC", "2026-01-01..2027-06-30 UTC")
                                .nextStart(instant("2026-01-05T00:00Z"), Duration.ofHours(1)))
                .contains(instant("2027-07-05T02:00Z"));
        assertThat(
                        calendar("Mon 02:00-05:00 UTC", "2026-01-01..2031-06-30 UTC")
                                .nextStart(instant("2026-01-05T00:00Z"), Duration.ofHours(1)))
                .isEmpty();
    }

    @Test
    void withoutWindowsOnlyBlackoutsClose() {
        Instant now = instant("2026-06-01T00:00Z");
        assertThat(WindowCalendar.always().allows(now, Duration.ofDays(7))).isTrue();
        assertThat(WindowCalendar.always().upcoming(now, 2))
                .singleElement()
                .satisfies(opening -> assertThat(opening.isEndless()).isTrue());

        var calendar = calendar("", "2026-06-02 UTC");
        assertThat(calendar.allows(now, Duration.ofDays(1))).isTrue();
        assertThat(calendar.allows(now, Duration.ofHours(25))).isFalse();
        assertThat(calendar.nextStart(now, Duration.ofHours(25)))
                .contains(instant("2026-06-03T00:00Z"));
    }

    @Test
    void anEndMonthsAwayIsShown() {
        var calendar = calendar("daily 00:00-24:00 UTC", "2026-12-24 UTC");

        assertThat(calendar.upcoming(instant("2026-06-01T00:00Z"), 1))
                .singleElement()
                .satisfies(opening ->
                        assertThat(opening.end()).isEqualTo(instant("2026-12-24T00:00Z")));
    }

    @Test
    void aWindowShorterThanTheWorkIsAnErrorThatSaysByHowMuch() {
        var calendar =
                calendar("Mon-Fri 02:00-05:00 Europe/Berlin;Thu 09:00+30m UTC;Sun 1:00-2:00", "");

        assertThat(calendar.tooShortFor(Duration.ofMinutes(45)))
                .contains(
                        "the window 'Thu 09:00+30m UTC' is open for 30m but a reboot is expected to take 45m: it is 15m too short; make it longer or lower the expected duration");
        assertThat(calendar.tooShortFor(Duration.ofMinutes(30))).isEmpty();
    }

    @Test
    void windowsThatMeetAreLongEnoughTogether() {
        var calendar = calendar("Mon 23:00-24:00 UTC;Tue 00:00-01:00 UTC", "");

        assertThat(calendar.tooShortFor(Duration.ofHours(2))).isEmpty();
        assertThat(calendar.tooShortFor(Duration.ofHours(3))).isPresent();
    }

    @Test
    void workOfMoreThanAWeekOrLessThanNothingIsRefused() {
        assertThatThrownBy(() -> WindowCalendar.always().allows(Instant.EPOCH, Duration.ofDays(8)))
                .hasMessageContaining("0 to 7 days");
        assertThatThrownBy(() -> WindowCalendar.always().allows(Instant.EPOCH, Duration.ofDays(-1)))
                .hasMessageContaining("0 to 7 days");
    }

    @Test
    void thereIsAMostOfWindows() {
        var window = RebootWindow.parse("daily 02:00-03:00", UTC);

        assertThatThrownBy(() -> new WindowCalendar(Collections.nCopies(65, window), List.of()))
                .hasMessage("a policy may have 64 windows but has 65");
    }

    private static WindowCalendar calendar(String windows, String blackouts) {
        return new WindowCalendar(
                parts(windows).stream().map(text -> RebootWindow.parse(text, UTC)).toList(),
                parts(blackouts).stream().map(text -> Blackout.parse(text, UTC)).toList());
    }

    private static List<String> parts(String text) {
        return Arrays.stream(text.split(";", -1)).filter(part -> !part.isBlank()).toList();
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    private static String written(Opening opening) {
        String start = opening.start().toString().replace(":00Z", "Z");
        return start + "/" + DurationText.write(opening.length());
    }
}
