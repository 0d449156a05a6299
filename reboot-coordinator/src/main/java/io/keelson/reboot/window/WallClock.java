package io.keelson.reboot.window;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the clock on the wall of a zone shows, turned into instants exactly. */
record WallClock(ZoneRules rules) {
    /** Further from UTC than any offset, as {@link ZoneOffset} allows at most 18 hours. */
    private static final Duration OFFSET_LIMIT = Duration.ofHours(19);

    static WallClock of(ZoneId zone) {
        return new WallClock(zone.getRules());
    }

    /**
     * All instants at which the clock shows a time from {@code from} on and before {@code to}: none
     * where the clock jumps over them, in two stretches where it goes back between them.
     */
    List<Opening> showing(LocalDateTime from, LocalDateTime to) {
        Instant last = to.toInstant(ZoneOffset.UTC).plus(OFFSET_LIMIT);
        Instant regime = from.toInstant(ZoneOffset.UTC).minus(OFFSET_LIMIT);
        var found = new ArrayList<Opening>();
        while (regime.isBefore(last)) {
            ZoneOffset offset = rules.getOffset(regime);
            ZoneOffsetTransition next = rules.nextTransition(regime);
            Instant regimeEnd = next == null ? Instant.MAX : next.getInstant();
            Instant start = later(regime, from.toInstant(offset));
            Instant end = earlier(regimeEnd, to.toInstant(offset));
            if (start.isBefore(end)) {
                found.add(new Opening(start, end));
            }
            regime = regimeEnd;
        }
        return found;
    }

    /**
     * The first instant at which the clock shows {@code time} or, where it jumps over that time, a
     * later one; empty on a date the zone never had (Apia had no 30 December 2011).
     */
    Optional<Instant> first(LocalDateTime time) {
        ZoneOffsetTransition jump = rules.getTransition(time);
        if (jump == null || jump.isOverlap()) {
            return Optional.of(time.toInstant(rules.getValidOffsets(time).getFirst()));
        }
        LocalDate date = time.toLocalDate();
        boolean isDateSkipped =
                !jump.getDateTimeBefore().isAfter(date.atStartOfDay())
                        && !jump.getDateTimeAfter().isBefore(date.plusDays(1).atStartOfDay());
        return isDateSkipped ? Optional.empty() : Optional.of(jump.getInstant());
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
