package io.keelson.reboot.window;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A time of the week at which a group may reboot. It opens with its start and is closed again at
 * its end. Text form: see {@link WindowText}.
 *
 * @param days on which it starts
 * @param start on the wall clock of {@code zone}, as every time here
 */
public record RebootWindow(Set<DayOfWeek> days, LocalTime start, Extent extent, ZoneId zone) {
    static final Duration WEEK = Duration.ofDays(7);
    private static final Duration DAY = Duration.ofDays(1);

    /** How a window ends. */
    public sealed interface Extent {}

    /**
     * Open whenever the wall clock shows a time of the window: shorter on the day the clock jumps
     * forward over a part of it, longer on the day it goes back within it.
     *
     * @param daysLater 0 for an end on the day of the start, at most 7
     */
    public record Until(int daysLater, LocalTime end) implements Extent {}

    /**
     * Open for that long from the first moment the wall clock shows the start, whatever the clock
     * does meanwhile; if it jumps over the start, from the jump on.
     */
    public record Lasting(Duration length) implements Extent {}

    public RebootWindow {
        if (days.isEmpty()) {
            throw new IllegalArgumentException("a window needs at least one day");
        }
        days = Collections.unmodifiableSet(EnumSet.copyOf(days));
        requireWholeMinutes(start);
        switch (extent) {
            case Until(int _, LocalTime end) -> requireWholeMinutes(end);
            case Lasting(Duration length) -> requireWholeSeconds(length);
        }
        Duration length = nominalLength(start, extent);
        if (!length.isPositive() || length.compareTo(WEEK) > 0) {
            throw new IllegalArgumentException(
                    "a window must be open for a time up to 7 days but '%s' is open for %s"
                            .formatted(
                                    WindowText.write(days, start, extent, zone),
                                    DurationText.write(length)));
        }
        // Several such windows would overlap, and their text form could not say when they end.
        if (extent instanceof Until && length.compareTo(DAY) > 0 && days.size() > 1) {
            throw new IllegalArgumentException(
                    "a window of more than a day must start on one day of the week only");
        }
    }

    /** Reads the form of {@link WindowText}; a text without a zone means {@code defaultZone}. */
    public static RebootWindow parse(String text, ZoneId defaultZone) {
        return WindowText.parse(text, defaultZone);
    }

    /**
     * The window of Flatcar's {@code LOCKSMITHD_REBOOT_WINDOW_START} ({@code Thu 04:00} or {@code
     * 04:00}) and {@code _LENGTH} ({@code 1h30m}).
     */
    public static RebootWindow ofLocksmith(String start, String length, ZoneId zone) {
        return WindowText.ofLocksmith(start, length, zone);
    }

    /** Its text form, always with the zone. */
    public String text() {
        return WindowText.write(days, start, extent, zone);
    }

    @Override
    public String toString() {
        return text();
    }

    /** How long it is open on days without a change of the clock. */
    public Duration nominalLength() {
        return nominalLength(start, extent);
    }

    /** Every stretch of it that is not over before {@code from} and starts before {@code to}. */
    List<Opening> openings(Instant from, Instant to) {
        WallClock wall = WallClock.of(zone);
        // A window of a week that started on the day before, and a day for odd offsets.
        LocalDate date = from.atZone(zone).toLocalDate().minusDays(9);
        LocalDate last = to.atZone(zone).toLocalDate().plusDays(1);
        var found = new ArrayList<Opening>();
        for (; !date.isAfter(last); date = date.plusDays(1)) {
            if (days.contains(date.getDayOfWeek())) {
                for (Opening opening : on(date, wall)) {
                    if (opening.end().isAfter(from) && opening.start().isBefore(to)) {
                        found.add(opening);
                    }
                }
            }
        }
        return found;
    }

    private List<Opening> on(LocalDate date, WallClock wall) {
        LocalDateTime begin = date.atTime(start);
        return switch (extent) {
            case Until(int daysLater, LocalTime end) ->
                    wall.showing(begin, date.plusDays(daysLater).atTime(end));
            case Lasting(Duration length) ->
                    wall.first(begin).stream()
                            .map(first -> new Opening(first, first.plus(length)))
                            .toList();
        };
    }

    private static void requireWholeMinutes(LocalTime time) {
        if (!time.truncatedTo(ChronoUnit.MINUTES).equals(time)) {
            throw new IllegalArgumentException(
                    "a window starts and ends with a whole minute, not at " + time);
        }
    }

    private static void requireWholeSeconds(Duration length) {
        if (!length.truncatedTo(ChronoUnit.SECONDS).equals(length)) {
            throw new IllegalArgumentException("a window lasts whole seconds, not " + length);
        }
    }

    private static Duration nominalLength(LocalTime start, Extent extent) {
        return switch (extent) {
            case Until(int daysLater, LocalTime end) ->
                    Duration.between(start, end).plusDays(daysLater);
            case Lasting(Duration length) -> length;
        };
    }
}
