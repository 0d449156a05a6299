package io.keelson.reboot.window;

import io.keelson.reboot.window.RebootWindow.Extent;
import io.keelson.reboot.window.RebootWindow.Lasting;
import io.keelson.reboot.window.RebootWindow.Until;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Windows as people write them:
 *
 * <pre>
 * Mon-Fri 02:00-05:00 Europe/Berlin   by the wall clock, days of the start
 * Sat,Sun 22:00-04:00 UTC             an end at or before the start is on the next day
 * Fri 22:00-Mon 06:00 UTC             over several days
 * daily 00:00-24:00                   without a zone: that of the reader's choice
 * Thu 04:00+1h30m America/New_York    for that long, as Flatcar's START and LENGTH
 * </pre>
 */
final class WindowText {
    static final int TEXT_CHARS_MAX = 120;

    private static final String DAY =
            "(?:mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
    private static final String DAYS =
            "(?:daily|" + DAY + "(?:-" + DAY + ")?(?:,\\s*" + DAY + "(?:-" + DAY + ")?)*)";
    private static final String TIME = "\\d{1,2}:\\d{1,2}";
    private static final Pattern WINDOW =
            Pattern.compile(
                    "(?:(?<days>%s)\\s+)?(?<start>%s)\\s*(?:-\\s*(?:(?<endday>%s)\\s+)?(?<end>%s)|\\+\\s*(?<length>[0-9.hms]+))(?:\\s+(?<zone>[A-Za-z][A-Za-z0-9_+:/-]*|[+-][0-9:]+))?"
                            .formatted(DAYS, TIME, DAY, TIME),
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern LOCKSMITH_START =
            Pattern.compile(
                    "(?:(?<day>sun|mon|tue|wed|thu|fri|sat)\\s+)?(?<start>%s)".formatted(TIME),
                    Pattern.CASE_INSENSITIVE);

    private WindowText() {}

    static RebootWindow parse(String text, ZoneId defaultZone) {
        String trimmed = text.strip();
        Matcher found = WINDOW.matcher(trimmed);
        if (trimmed.length() > TEXT_CHARS_MAX || !found.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a window: write 'Mon-Fri 02:00-05:00 Europe/Berlin', 'Fri 22:00-Mon 06:00 UTC', 'daily 00:00-24:00' or 'Thu 04:00+1h30m UTC'"
                            .formatted(shortened(trimmed)));
        }
        Set<DayOfWeek> days = days(found.group("days"));
        LocalTime start = time(found.group("start"));
        ZoneId zone = zone(found.group("zone"), defaultZone);
        if (found.group("length") != null) {
            return new RebootWindow(
                    days, start, new Lasting(DurationText.parse(found.group("length"))), zone);
        }
        String endDay = found.group("endday");
        String end = found.group("end");
        Extent extent =
                endDay == null ? until(start, end, trimmed) : until(days, start, day(endDay), end);
        return new RebootWindow(days, start, extent, zone);
    }

    /** What Flatcar's two settings mean, with the limits locksmith puts on them. */
    static RebootWindow ofLocksmith(String start, String length, ZoneId zone) {
        Matcher found = LOCKSMITH_START.matcher(start.strip());
        if (!found.matches()) {
            throw new IllegalArgumentException(
                    "the window's start '%s' is not a time such as '04:00' or 'Thu 04:00'"
                            .formatted(shortened(start)));
        }
        String day = found.group("day");
        Set<DayOfWeek> days = day == null ? EnumSet.allOf(DayOfWeek.class) : EnumSet.of(day(day));
        var extent = new Lasting(DurationText.parse(length.strip()));
        long hours = day == null ? 24 : 168;
        if (extent.length().toHours() >= hours) {
            throw new IllegalArgumentException(
                    "the window's length %s must be less than the %d hours from one start to the next"
                            .formatted(length, hours));
        }
        return new RebootWindow(days, time(found.group("start")), extent, zone);
    }

    static String write(Set<DayOfWeek> days, LocalTime start, Extent extent, ZoneId zone) {
        String rest =
                switch (extent) {
                    case Lasting(var length) -> "+" + DurationText.write(length);
                    case Until(int later, LocalTime end)
                            when later == 1 && end.equals(LocalTime.MIDNIGHT) ->
                            "-24:00";
                    case Until(int later, LocalTime end)
                            when later == (end.isAfter(start) ? 0 : 1) ->
                            "-" + end;
                    case Until(int later, LocalTime end) ->
                            "-" + name(days.iterator().next().plus(later)) + " " + end;
                };
        return names(days) + " " + start + rest + " " + zone.getId();
    }

    static ZoneId zone(@Nullable String id, ZoneId otherwise) {
        if (id == null) {
            return otherwise;
        }
        try {
            return ZoneId.of(id);
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "'%s' is not a time zone: use a name such as Europe/Berlin or UTC"
                            .formatted(shortened(id)));
        }
    }

    static String shortened(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX) + "…";
    }

    private static Until until(LocalTime start, String end, String text) {
        if (end.equals("24:00")) {
            return new Until(1, LocalTime.MIDNIGHT);
        }
        LocalTime time = time(end);
        if (time.equals(start)) {
            throw new IllegalArgumentException(
                    "the window '%s' ends when it starts: write 00:00-24:00 for the whole day, or a length such as %s+24h"
                            .formatted(text, start));
        }
        return new Until(time.isAfter(start) ? 0 : 1, time);
    }

    private static Until until(Set<DayOfWeek> days, LocalTime start, DayOfWeek endDay, String end) {
        if (days.size() != 1) {
            throw new IllegalArgumentException(
                    "a window that names the day of its end needs exactly one day of start");
        }
        DayOfWeek first = days.iterator().next();
        int later = Math.floorMod(endDay.getValue() - first.getValue(), 7);
        boolean isEndOfDay = end.equals("24:00");
        LocalTime time = isEndOfDay ? LocalTime.MIDNIGHT : time(end);
        if (later == 0 && !isEndOfDay && !time.isAfter(start)) {
            later = 7;
        }
        return new Until(isEndOfDay ? later + 1 : later, time);
    }

    private static Set<DayOfWeek> days(@Nullable String text) {
        if (text == null || text.equalsIgnoreCase("daily")) {
            return EnumSet.allOf(DayOfWeek.class);
        }
        var days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            DayOfWeek first = day(dash < 0 ? part : part.substring(0, dash));
            DayOfWeek last = dash < 0 ? first : day(part.substring(dash + 1));
            for (DayOfWeek day = first; ; day = day.plus(1)) {
                days.add(day);
                if (day == last) {
                    break;
                }
            }
        }
        return days;
    }

    private static DayOfWeek day(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().startsWith(name.substring(0, 3))) {
                return day;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a day");
    }

    private static LocalTime time(String text) {
        int colon = text.indexOf(':');
        int hour = Integer.parseInt(text.substring(0, colon));
        int minute = Integer.parseInt(text.substring(colon + 1));
        if (hour > 23 || minute > 59) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time of the day, 00:00 to 23:59");
        }
        return LocalTime.of(hour, minute);
    }

    private static String names(Set<DayOfWeek> days) {
        if (days.size() == DayOfWeek.values().length) {
            return "daily";
        }
        var runs = new ArrayList<String>();
        DayOfWeek[] week = DayOfWeek.values();
        for (int first = 0; first < week.length; first++) {
            int last = first;
            while (last < week.length && days.contains(week[last])) {
                last++;
            }
            if (last > first) {
                runs.add(run(List.of(week).subList(first, last)));
                first = last;
            }
        }
        return String.join(",", runs);
    }

    private static String run(List<DayOfWeek> days) {
        String first = name(days.getFirst());
        return days.size() == 1 ? first : first + "-" + name(days.getLast());
    }

    private static String name(DayOfWeek day) {
        String name = day.name();
        return name.charAt(0) + name.substring(1, 3).toLowerCase(Locale.ROOT);
    }
}
