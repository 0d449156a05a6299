package io.keelson.reboot;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a coordinator. Windows are judged by the first. How long somebody was not heard
 * of is judged by the second, which nobody sets: two coordinators whose clocks differ must not
 * forget each other's waiters, nor call a host overdue that is not.
 *
 * @param nanos counts up from anywhere, such as {@code System::nanoTime}
 */
public record Timepiece(InstantSource clock, LongSupplier nanos) {
    public static Timepiece of(InstantSource clock) {
        return new Timepiece(clock, System::nanoTime);
    }
}
