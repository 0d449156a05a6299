package io.keelson.reboot.window;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blackouts as people write them; {@link Blackout} shows the forms. */
final class BlackoutText {
    private static final String DATE = "\\d{4}-\\d{2}-\\d{2}";
    private static final String DAY = "\\d{2}-\\d{2}";
    private static final Pattern BLACKOUT =
            Pattern.compile(
                    "(?:(?<date>%s)(?:\\s*\\.\\.\\s*(?<lastdate>%s))?|(?<day>%s)(?:\\s*\\.\\.\\s*(?<lastday>%s))?)(?:\\s+(?<zone>\\S+))?"
                            .formatted(DATE, DATE, DAY, DAY));

    private BlackoutText() {}

    static Blackout parse(String text, ZoneId defaultZone) {
        String trimmed = text.strip();
        Matcher found = BLACKOUT.matcher(trimmed);
        if (trimmed.length() > WindowText.TEXT_CHARS_MAX || !found.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a blackout: write '2026-12-20..2027-01-03 Europe/Berlin', or for every year '12-24..01-02', or a single date"
                            .formatted(WindowText.shortened(trimmed)));
        }
        ZoneId zone = WindowText.zone(found.group("zone"), defaultZone);
        try {
            if (found.group("date") != null) {
                LocalDate first = LocalDate.parse(found.group("date"));
                String last = found.group("lastdate");
                return new Blackout.Dates(
                        first, last == null ? first : LocalDate.parse(last), zone);
            }
            MonthDay first = MonthDay.parse("--" + found.group("day"));
            String last = found.group("lastday");
            return new Blackout.Yearly(
                    first, last == null ? first : MonthDay.parse("--" + last), zone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "the blackout '%s' names a date no calendar has".formatted(trimmed), e);
        }
    }
}
