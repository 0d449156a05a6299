package io.keelson.reboot.window;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All windows and blackouts of a group together. Windows that meet or overlap are one opening; a
 * blackout closes whatever window it meets; without any window it is open but for the blackouts.
 * Safe for use by many threads.
 */
public final class WindowCalendar {
    /** The longest work that is ever compared with a window. */
    public static final Duration EXPECTED_MAX = Duration.ofDays(7);

    public static final int WINDOWS_MAX = 64;
    public static final int BLACKOUTS_MAX = 256;

    /** How far ahead to look, shortest first; a blackout of more than two years is a halt. */
    private static final List<Duration> HORIZONS =
            List.of(Duration.ofDays(32), Duration.ofDays(190), Duration.ofDays(800));

    private static final Duration LOOK_BACK = Duration.ofDays(15);

    /** Weeks without a change of the clock in the zones in use, to judge lengths by. */
    private static final Instant ORDINARY = Instant.parse("2026-01-12T00:00:00Z");

    private final List<RebootWindow> windows;
    private final List<Blackout> blackouts;
    private volatile Span cached = new Span(Instant.EPOCH, Instant.EPOCH, List.of());

    public WindowCalendar(List<RebootWindow> windows, List<Blackout> blackouts) {
        requireAtMost(WINDOWS_MAX, "windows", windows.size());
        requireAtMost(BLACKOUTS_MAX, "blackouts", blackouts.size());
        this.windows = List.copyOf(windows);
        this.blackouts = List.copyOf(blackouts);
    }

    /** Open at any time. */
    public static WindowCalendar always() {
        return new WindowCalendar(List.of(), List.of());
    }

    public List<RebootWindow> windows() {
        return windows;
    }

    public List<Blackout> blackouts() {
        return blackouts;
    }

    /** Two calendars are equal when they are written the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WindowCalendar calendar
                && windows.equals(calendar.windows)
                && blackouts.equals(calendar.blackouts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(windows, blackouts);
    }

    @Override
    public String toString() {
        return windows + " without " + blackouts;
    }

    /** Whether work that starts now and takes that long is over before the window closes. */
    public boolean allows(Instant now, Duration expected) {
        requireExpected(expected);
        for (Opening opening : span(now, HORIZONS.getFirst()).openings()) {
            if (opening.start().isAfter(now)) {
                return false;
            }
            if (opening.fits(now, expected)) {
                return true;
            }
        }
        return false;
    }

    /** The first moment from then on that {@link #allows} the work; empty when none is in sight. */
    public Optional<Instant> nextStart(Instant from, Duration expected) {
        requireExpected(expected);
        for (Duration horizon : HORIZONS) {
            for (Opening opening : span(from, horizon).openings()) {
                Instant start = opening.start().isAfter(from) ? opening.start() : from;
                if (opening.fits(start, expected)) {
                    return Optional.of(start);
                }
            }
        }
        return Optional.empty();
    }

    /** The opening at that moment and those after it, in order, at most {@code count}. */
    public List<Opening> upcoming(Instant from, int count) {
        List<Opening> found = List.of();
        for (Duration horizon : HORIZONS) {
            found =
                    span(from, horizon).openings().stream()
                            .filter(opening -> opening.end().isAfter(from))
                            .limit(count)
                            .toList();
            // An end that is only beyond this horizon shows at the next one.
            if (found.size() == count && !found.getLast().isEndless()) {
                break;
            }
        }
        return found;
    }

    /** The opening that is open at that moment. */
    public Optional<Opening> openAt(Instant now) {
        return span(now, HORIZONS.getFirst()).openings().stream()
                .filter(opening -> opening.fits(now, Duration.ZERO))
                .findFirst();
    }

    /**
     * The sentence for the author of a policy in which a window is too short for the work, and by
     * how much; empty when the work fits every window. Neighbours that meet count as one.
     */
    public Optional<String> tooShortFor(Duration expected) {
        requireExpected(expected);
        Instant end = ORDINARY.plus(RebootWindow.WEEK);
        var merged = merged(ORDINARY.minus(LOOK_BACK), end.plus(LOOK_BACK));
        for (RebootWindow window : windows) {
            Duration longest =
                    window.openings(ORDINARY, end).stream()
                            .flatMap(part -> merged.stream().filter(all -> covers(all, part)))
                            .map(Opening::length)
                            .max(Comparator.naturalOrder())
                            .orElse(Duration.ZERO);
            if (longest.compareTo(expected) < 0) {
                return Optional.of(
                        "the window '%s' is open for %s but a reboot is expected to take %s: it is %s too short; make it longer or lower the expected duration"
                                .formatted(
                                        window.text(),
                                        DurationText.write(longest),
                                        DurationText.write(expected),
                                        DurationText.write(expected.minus(longest))));
            }
        }
        return Optional.empty();
    }

    private record Span(Instant from, Instant to, List<Opening> openings) {
        boolean contains(Instant start, Instant end) {
            return !start.isBefore(from) && !end.isAfter(to);
        }
    }

    /** Openings around then; those that reach beyond the last horizon are endless. */
    private Span span(Instant now, Duration horizon) {
        // Work that starts within the horizon may end after it.
        Instant needed = now.plus(horizon).plus(EXPECTED_MAX);
        Span known = cached;
        if (known.contains(now, needed)) {
            return known;
        }
        Instant from = now.minus(LOOK_BACK);
        // Twice as far as asked for, to be asked again at later times.
        Instant to = needed.plus(horizon);
        Span computed = new Span(now, to, endless(closedBy(merged(from, to), from, to), to));
        cached = computed;
        return computed;
    }

    private List<Opening> merged(Instant from, Instant to) {
        if (windows.isEmpty()) {
            return List.of(new Opening(from, to));
        }
        var sorted =
                windows.stream()
                        .flatMap(window -> window.openings(from, to).stream())
                        .sorted(Comparator.comparing(Opening::start))
                        .toList();
        var result = new ArrayList<Opening>();
        for (Opening next : sorted) {
            Opening last = result.isEmpty() ? null : result.getLast();
            if (last == null || next.start().isAfter(last.end())) {
                result.add(next);
            } else if (next.end().isAfter(last.end())) {
                result.set(result.size() - 1, new Opening(last.start(), next.end()));
            }
        }
        return result;
    }

    private List<Opening> closedBy(List<Opening> openings, Instant from, Instant to) {
        List<Opening> left = openings;
        for (Blackout blackout : blackouts) {
            for (Opening closed : blackout.closings(from, to)) {
                left = left.stream().flatMap(open -> without(open, closed).stream()).toList();
            }
        }
        return left;
    }

    private static List<Opening> without(Opening open, Opening closed) {
        if (!closed.start().isBefore(open.end()) || !open.start().isBefore(closed.end())) {
            return List.of(open);
        }
        var left = new ArrayList<Opening>(2);
        if (open.start().isBefore(closed.start())) {
            left.add(new Opening(open.start(), closed.start()));
        }
        if (closed.end().isBefore(open.end())) {
            left.add(new Opening(closed.end(), open.end()));
        }
        return left;
    }

    private static List<Opening> endless(List<Opening> openings, Instant to) {
        return openings.stream()
                .map(opening ->
                        opening.end().isBefore(to)
                                ? opening
                                : new Opening(opening.start(), Opening.NEVER_ENDS))
                .toList();
    }

    private static boolean covers(Opening all, Opening part) {
        return !part.start().isBefore(all.start()) && !part.end().isAfter(all.end());
    }

    private static void requireExpected(Duration expected) {
        if (expected.isNegative() || expected.compareTo(EXPECTED_MAX) > 0) {
            throw new IllegalArgumentException(
                    "a reboot must be expected to take 0 to 7 days, not "
                            + DurationText.write(expected));
        }
    }

    private static void requireAtMost(int most, String what, int count) {
        if (count > most) {
            throw new IllegalArgumentException(
                    "a policy may have %d %s but has %d".formatted(most, what, count));
        }
    }
}
