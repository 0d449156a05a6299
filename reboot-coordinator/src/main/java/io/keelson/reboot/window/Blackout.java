package io.keelson.reboot.window;

import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Dates of a zone on which nobody reboots, first and last included. Text form: {@code
 * 2026-12-20..2027-01-03 Europe/Berlin}, or without years for every year: {@code 12-24..01-02}; a
 * single date needs no range. 29 February means that day only, in years without it no day.
 */
public sealed interface Blackout {
    int YEARS_MAX = 10;

    ZoneId zone();

    /** The text form, always with the zone. */
    String text();

    /** The stretches of dates that start from one year to another; more do no harm. */
    List<Dates> starting(int firstYear, int lastYear);

    /** Reads the text form; a text without a zone means {@code defaultZone}. */
    static Blackout parse(String text, ZoneId defaultZone) {
        return BlackoutText.parse(text, defaultZone);
    }

    /** Dates of certain years. */
    record Dates(LocalDate first, LocalDate last, ZoneId zone) implements Blackout {
        public Dates {
            if (last.isBefore(first)) {
                throw new IllegalArgumentException(
                        "the blackout %s..%s ends before it starts".formatted(first, last));
            }
            if (first.plusYears(YEARS_MAX).isBefore(last)) {
                throw new IllegalArgumentException(
                        "the blackout %s..%s is longer than %d years: halt the group instead"
                                .formatted(first, last, YEARS_MAX));
            }
        }

        @Override
        public String text() {
            String dates = first.equals(last) ? first.toString() : first + ".." + last;
            return dates + " " + zone.getId();
        }

        @Override
        public List<Dates> starting(int firstYear, int lastYear) {
            return List.of(this);
        }
    }

    /** The same dates every year; from a later to an earlier day it spans the turn of the year. */
    record Yearly(MonthDay first, MonthDay last, ZoneId zone) implements Blackout {
        @Override
        public String text() {
            String dates = first.equals(last) ? day(first) : day(first) + ".." + day(last);
            return dates + " " + zone.getId();
        }

        private static String day(MonthDay day) {
            return String.format(
                    Locale.ROOT, "%02d-%02d", day.getMonthValue(), day.getDayOfMonth());
        }

        @Override
        public List<Dates> starting(int firstYear, int lastYear) {
            return IntStream.rangeClosed(firstYear, lastYear)
                    .mapToObj(this::in)
                    .flatMap(Optional::stream)
                    .toList();
        }

        private Optional<Dates> in(int year) {
            // MonthDay says 28 February where there is no 29th: right for an end, not for a start.
            LocalDate start =
                    first.isValidYear(year) ? first.atYear(year) : LocalDate.of(year, 3, 1);
            LocalDate end = last.atYear(last.isBefore(first) ? year + 1 : year);
            return end.isBefore(start)
                    ? Optional.empty()
                    : Optional.of(new Dates(start, end, zone));
        }
    }

    /** Every stretch of it between the two. */
    default List<Opening> closings(Instant from, Instant to) {
        WallClock wall = WallClock.of(zone());
        int first = from.atZone(zone()).getYear() - 1;
        int last = to.atZone(zone()).getYear() + 1;
        return starting(first, last).stream()
                .flatMap(dates ->
                        wall
                                .showing(
                                        dates.first().atStartOfDay(),
                                        dates.last().plusDays(1).atStartOfDay())
                                .stream())
                .filter(closed -> closed.end().isAfter(from) && closed.start().isBefore(to))
                .toList();
    }
}
