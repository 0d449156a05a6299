package io.keelson.reboot;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Since when this process has seen things unchanged, by a clock that nobody sets. */
final class Sightings {
    private static final int PRUNE_AT = 1_000;
    private static final Duration FORGET_AFTER = Duration.ofDays(8);

    private record Sighting(Object state, long nanos, long looked) {}

    private final Map<String, Sighting> seen = new HashMap<>();
    private int pruneAt = PRUNE_AT;

    /** Notes how a thing looks now; answers for how long it has looked like that. */
    Duration unchanged(String id, Object state, long nanos) {
        if (seen.size() >= pruneAt) {
            seen.values().removeIf(each -> nanos - each.looked() > FORGET_AFTER.toNanos());
            pruneAt = Math.max(PRUNE_AT, 2 * seen.size());
        }
        Sighting before = seen.get(id);
        long since = before != null && before.state().equals(state) ? before.nanos() : nanos;
        seen.put(id, new Sighting(state, since, nanos));
        return Duration.ofNanos(nanos - since);
    }
}
