package io.keelson.reboot.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.keelson.reboot.window.RebootWindow.Lasting;
import io.keelson.reboot.window.RebootWindow.Until;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * The calendar against one that knows nothing of transitions: it looks at the wall clock minute by
 * minute.
 */
class WindowOracleTest {
    private static final int SEEDS = 48;
    private static final int MINUTES = (int) Duration.ofDays(5).toMinutes();

    /** Room before the minutes that are compared, for windows of a week that started earlier. */
    private static final int LEAD = (int) Duration.ofDays(9).toMinutes();

    /** Zones with a change of the clock somewhere in the five days from then on. */
    private static final List<Scene> SCENES =
            List.of(
                    new Scene("Europe/Berlin", "2026-03-27T00:00:00Z"),
                    new Scene("Europe/Berlin", "2026-10-23T00:00:00Z"),
                    new Scene("America/New_York", "2026-03-06T00:00:00Z"),
                    new Scene("America/New_York", "2026-10-30T00:00:00Z"),
                    new Scene("Australia/Lord_Howe", "2026-04-02T00:00:00Z"),
                    new Scene("Australia/Lord_Howe", "2026-10-01T00:00:00Z"),
                    new Scene("Pacific/Apia", "2011-12-28T00:00:00Z"),
                    new Scene("Pacific/Apia", "2011-09-22T00:00:00Z"),
                    new Scene("America/Sao_Paulo", "2018-11-02T00:00:00Z"),
                    new Scene("America/Nuuk", "2026-03-27T00:00:00Z"),
                    new Scene("Asia/Kathmandu", "2028-02-27T00:00:00Z"),
                    new Scene("UTC", "2027-12-30T00:00:00Z"));

    private record Scene(String zone, String start) {}

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyMinuteIsAsTheWallClockSays(long seed) {
        var random = new Random(seed);
        Scene scene = SCENES.get((int) (seed % SCENES.size()));
        ZoneId zone = ZoneId.of(scene.zone());
        Instant start = Instant.parse(scene.start());
        List<RebootWindow> windows = windows(random, zone);
        List<Blackout> blackouts = blackouts(random, zone, start);
        var calendar = new WindowCalendar(windows, blackouts);
        Duration expected = Duration.ofMinutes(random.nextInt(180));
        String what =
                "seed " + seed + " " + windows + " " + blackouts + " for " + expected + " at ";

        BitSet open = oracle(windows, blackouts, start);

        Optional<Integer> next = Optional.empty();
        for (int minute = MINUTES - 1; minute >= 0; minute--) {
            Instant now = start.plus(Duration.ofMinutes(minute));
            int end = minute + (int) Math.max(1, expected.toMinutes());
            boolean fits = open.nextClearBit(minute) >= end;
            if (calendar.allows(now, Duration.ZERO) != open.get(minute)
                    || calendar.allows(now, expected) != fits) {
                fail(what + now + ": open " + open.get(minute) + ", with room " + fits);
            }
            next = fits ? Optional.of(minute) : next;
            if (next.isPresent() && minute % 97 == 0) {
                assertThat(calendar.nextStart(now, expected))
                        .as(what + now)
                        .contains(start.plus(Duration.ofMinutes(next.get())));
            }
        }
    }

    private static List<RebootWindow> windows(Random random, ZoneId zone) {
        var windows = new ArrayList<RebootWindow>();
        for (int count = random.nextInt(4); count > 0; count--) {
            var days = EnumSet.noneOf(DayOfWeek.class);
            days.add(DayOfWeek.of(1 + random.nextInt(7)));
            LocalTime begin = time(random);
            if (random.nextBoolean()) {
                addDays(random, days);
                var length = Duration.ofMinutes(1 + random.nextInt(random.nextInt(1, 7 * 24 * 60)));
                windows.add(new RebootWindow(days, begin, new Lasting(length), zone));
            } else if (random.nextInt(4) == 0) {
                var extent = new Until(1 + random.nextInt(6), time(random));
                windows.add(new RebootWindow(days, begin, extent, zone));
            } else {
                addDays(random, days);
                LocalTime end = time(random);
                var extent = new Until(end.isAfter(begin) ? 0 : 1, end);
                windows.add(new RebootWindow(days, begin, extent, zone));
            }
        }
        return windows;
    }

    private static void addDays(Random random, EnumSet<DayOfWeek> days) {
        for (int more = random.nextInt(7); more > 0; more--) {
            days.add(DayOfWeek.of(1 + random.nextInt(7)));
        }
    }

    /** Half of them at night, where the clocks change. */
    private static LocalTime time(Random random) {
        return random.nextBoolean()
                ? LocalTime.of(random.nextInt(4), random.nextInt(4) * 15)
                : LocalTime.of(random.nextInt(24), random.nextInt(60));
    }

    private static List<Blackout> blackouts(Random random, ZoneId zone, Instant start) {
        var blackouts = new ArrayList<Blackout>();
        LocalDate around = start.atZone(zone).toLocalDate();
        for (int count = random.nextInt(3); count > 0; count--) {
            LocalDate first = around.plusDays(random.nextInt(8) - 2);
            LocalDate last = first.plusDays(random.nextInt(3));
            blackouts.add(
                    random.nextBoolean()
                            ? new Blackout.Dates(first, last, zone)
                            : new Blackout.Yearly(MonthDay.from(first), MonthDay.from(last), zone));
        }
        return blackouts;
    }

    /**
     * One bit per minute from {@code start} on, and a week more for work that is still going on.
     */
    private static BitSet oracle(
            List<RebootWindow> windows, List<Blackout> blackouts, Instant start) {
        int total = LEAD + MINUTES + 24 * 60;
        Instant first = start.minus(LEAD, ChronoUnit.MINUTES);
        var open = new BitSet(total);
        if (windows.isEmpty()) {
            open.set(0, total);
        }
        for (RebootWindow window : windows) {
            LocalDateTime[] wall = wall(first, total, window.zone());
            switch (window.extent()) {
                case Until until -> mark(open, wall, window, until);
                case Lasting(Duration length) -> mark(open, wall, window, length);
            }
        }
        for (Blackout blackout : blackouts) {
            LocalDateTime[] wall = wall(first, total, blackout.zone());
            for (int minute = 0; minute < total; minute++) {
                if (isClosed(blackout, wall[minute].toLocalDate())) {
                    open.clear(minute);
                }
            }
        }
        return open.get(LEAD, total);
    }

    private static LocalDateTime[] wall(Instant first, int total, ZoneId zone) {
        var wall = new LocalDateTime[total];
        for (int minute = 0; minute < total; minute++) {
            wall[minute] = LocalDateTime.ofInstant(first.plusSeconds(60L * minute), zone);
        }
        return wall;
    }

    private static void mark(BitSet open, LocalDateTime[] wall, RebootWindow window, Until until) {
        for (int minute = 0; minute < wall.length; minute++) {
            LocalDateTime shown = wall[minute];
            for (int back = 0; back <= 8; back++) {
                LocalDate date = shown.toLocalDate().minusDays(back);
                if (window.days().contains(date.getDayOfWeek())
                        && !shown.isBefore(date.atTime(window.start()))
                        && shown.isBefore(date.plusDays(until.daysLater()).atTime(until.end()))) {
                    open.set(minute);
                }
            }
        }
    }

    /** Opens when the wall clock first shows the start or later on a date it showed at all. */
    private static void mark(
            BitSet open, LocalDateTime[] wall, RebootWindow window, Duration length) {
        var dates = new TreeSet<LocalDate>();
        for (LocalDateTime shown : wall) {
            dates.add(shown.toLocalDate());
        }
        // The first date may have been shown in part only.
        dates.pollFirst();
        for (LocalDate date : dates) {
            if (!window.days().contains(date.getDayOfWeek())) {
                continue;
            }
            LocalDateTime begin = date.atTime(window.start());
            int minute = 0;
            while (minute < wall.length && wall[minute].isBefore(begin)) {
                minute++;
            }
            open.set(minute, Math.min(wall.length, minute + (int) length.toMinutes()));
        }
    }

    private static boolean isClosed(Blackout blackout, LocalDate date) {
        return switch (blackout) {
            case Blackout.Dates(var first, var last, var _) ->
                    !date.isBefore(first) && !date.isAfter(last);
            case Blackout.Yearly(var first, var last, var _) -> {
                MonthDay day = MonthDay.from(date);
                yield first.isAfter(last)
                        ? !day.isBefore(first) || !day.isAfter(last)
                        : !day.isBefore(first) && !day.isAfter(last);
            }
        };
    }
}
