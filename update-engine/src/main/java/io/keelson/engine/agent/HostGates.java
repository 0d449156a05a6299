package io.keelson.engine.agent;

import io.keelson.engine.config.RebootSettings;
import io.keelson.engine.departure.Departure;
import io.keelson.reboot.window.DurationText;
import io.keelson.reboot.window.WindowCalendar;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What must be true on the host itself before it asks its group for a slot: a window of its own is
 * open for long enough, nobody blocks a shutdown, and logged-in users had their warning. All of it
 * comes before the slot, which others may be waiting for.
 */
final class HostGates {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AT_WINDOW_AGAIN = Duration.ofMinutes(10);

    /** For so long after its end a warning needs no repetition. */
    private static final Duration WARNING_HOLDS = Duration.ofMinutes(5);

    private final AgentParts parts;
    private final RebootSettings settings;
    private Optional<Duration> warnedAt = Optional.empty();
    private Optional<Duration> blockedSince = Optional.empty();

    HostGates(AgentParts parts) {
        this.parts = parts;
        this.settings = parts.config().reboot();
    }

    /** Why the host does not ask for the reboot now, and when to look again. */
    record Hold(String reason, Duration pause) {}

    /**
     * @param isDemanded an operator wants this reboot: users are told, and nothing is waited for
     */
    Optional<Hold> hold(boolean isDemanded) throws IOException, InterruptedException {
        if (isDemanded) {
            if (warnedAt.isEmpty() && parts.departure().hasUsers()) {
                parts.departure().tell("keelsond: this host is about to reboot, by an operator");
                warnedAt = Optional.of(parts.machine().uptime());
            }
            return Optional.empty();
        }
        Optional<Hold> closed = window();
        if (closed.isPresent()) {
            // Who is logged in when the next one opens has not been told.
            warnedAt = Optional.empty();
            return closed;
        }
        Optional<Hold> blocked = blocker();
        return blocked.isPresent() ? blocked : users();
    }

    /** The questions whose answers may have changed while the slot was waited for. */
    Optional<Hold> holdAtLast(boolean isDemanded) throws InterruptedException, IOException {
        if (isDemanded) {
            return Optional.empty();
        }
        Optional<Hold> closed = window();
        return closed.isPresent() ? closed : blocker();
    }

    /** The turn has come, perhaps long after the warning, or for users who came after it. */
    void takeLeave(boolean isDemanded) throws InterruptedException, IOException {
        Duration uptime = parts.machine().uptime();
        Duration holds = settings.patience().warning().plus(WARNING_HOLDS);
        boolean isJustTold =
                warnedAt.filter(at -> uptime.minus(at).compareTo(holds) < 0).isPresent();
        boolean isWanted = !isDemanded && !settings.patience().warning().isZero();
        if (isWanted && !isJustTold && parts.departure().hasUsers()) {
            parts.departure().tell("keelsond: this host reboots into another release now");
        }
    }

    /** The reboot did not happen: the next one is announced anew. */
    void forget() {
        warnedAt = Optional.empty();
        blockedSince = Optional.empty();
    }

    private Optional<Hold> window() {
        return settings.strategy().needsWindow()
                ? closed(settings.calendar(), settings.patience().expected())
                : Optional.empty();
    }

    private Optional<Hold> closed(WindowCalendar calendar, Duration needed) {
        Instant now = parts.chance().clock().instant();
        if (calendar.allows(now, needed)) {
            return Optional.empty();
        }
        String length = DurationText.write(needed);
        Optional<Instant> next = calendar.nextStart(now, needed);
        String reason =
                next.map(start -> "no window is open for the " + length + " needed before " + start)
                        .orElse("no window ahead is open for the " + length + " needed");
        Duration wait =
                next.map(start -> Duration.between(now, start)).orElse(LOOK_AT_WINDOW_AGAIN);
        return Optional.of(
                new Hold(
                        reason,
                        wait.compareTo(LOOK_AT_WINDOW_AGAIN) < 0 ? wait : LOOK_AT_WINDOW_AGAIN));
    }

    /** Counted by the uptime: no step of the wall clock makes the patience longer or shorter. */
    private Optional<Hold> blocker() throws InterruptedException, IOException {
        Duration limit = settings.patience().inhibitors();
        Optional<String> blocker = limit.isZero() ? Optional.empty() : parts.departure().blocker();
        if (blocker.isEmpty()) {
            blockedSince = Optional.empty();
            return Optional.empty();
        }
        Duration uptime = parts.machine().uptime();
        Duration since = blockedSince.orElse(uptime);
        blockedSince = Optional.of(since);
        if (uptime.minus(since).compareTo(limit) < 0) {
            return Optional.of(
                    new Hold(
                            "%s; honoured for %s"
                                    .formatted(blocker.get(), DurationText.write(limit)),
                            LOOK_AGAIN));
        }
        Journal.warn("a blocker of shutdowns had its time", "blocker", blocker.get());
        return Optional.empty();
    }

    private Optional<Hold> users() throws InterruptedException, IOException {
        Duration warning = settings.patience().warning();
        Departure departure = parts.departure();
        if (warning.isZero()) {
            return Optional.empty();
        }
        Duration uptime = parts.machine().uptime();
        if (warnedAt.isEmpty()) {
            if (!departure.hasUsers()) {
                return Optional.empty();
            }
            Optional<Hold> tooLate = tooLateToWarn(warning);
            if (tooLate.isPresent()) {
                return tooLate;
            }
            departure.tell(
                    "keelsond: this host reboots into another release in %s at the earliest; see 'keelson host status'"
                            .formatted(DurationText.write(warning)));
            warnedAt = Optional.of(uptime);
        }
        Duration left = warning.minus(uptime.minus(warnedAt.get()));
        if (!left.isPositive() || !departure.hasUsers()) {
            return Optional.empty();
        }
        return Optional.of(new Hold("logged-in users were warned", shorter(left, LOOK_AGAIN)));
    }

    private Optional<Hold> tooLateToWarn(Duration warning) {
        return settings.strategy().needsWindow()
                ? closed(settings.calendar(), settings.patience().expected().plus(warning))
                : Optional.empty();
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
