package io.keelson.engine.config;

import io.keelson.reboot.window.WindowCalendar;

import java.time.Duration;
import java.util.Optional;

/**
 * When and how to reboot.
 *
 * @param lock asked first where the strategy needs one
 * @param calendar the host's own windows, heeded where the strategy needs one
 */
public record RebootSettings(
        RebootStrategy strategy,
        Optional<LockSettings> lock,
        String lockGroup,
        WindowCalendar calendar,
        Patience patience) {
    /**
     * How long things around a reboot may take.
     *
     * @param expected from the order to reboot until the host is well again; must fit the window
     * @param warning what logged-in users get before the slot is asked for
     * @param inhibitors how long programs that block a shutdown are waited for
     * @param drain how long the programs in drain.d may take together
     */
    public record Patience(
            Duration expected, Duration warning, Duration inhibitors, Duration drain) {}
}
