package io.keelson.reboot.proof;

import java.util.List;

/**
 * What the coordinator was told to keep, in the unit of the record's clock.
 *
 * @param slots at first
 * @param failureBudget failures that halt the group
 * @param open when it may grant and commit; empty for always
 * @param expected a reboot must end before its window does
 * @param grace a host that is silent for longer may lose its place in the line
 */
public record Rules(int slots, int failureBudget, List<Window> open, long expected, long grace) {
    public Rules {
        open = List.copyOf(open);
    }

    /** From {@code start} up to and without {@code end}, by the clock of the record. */
    public record Window(long start, long end) {}

    /** Whether a reboot may begin at some moment from {@code low} to {@code high}. */
    boolean mayBegin(long low, long high) {
        return open.isEmpty()
                || open.stream()
                        .anyMatch(window ->
                                Math.max(low, window.start())
                                        <= Math.min(high, window.end() - expected));
    }
}
