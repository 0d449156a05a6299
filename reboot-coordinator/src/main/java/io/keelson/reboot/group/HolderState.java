package io.keelson.reboot.group;

import java.util.Locale;
import java.util.stream.Stream;

/** How far a holder of a slot has come. */
public enum HolderState {
    /** May prepare its reboot. */
    GRANTED,
    /** Passed the last check, reboots now. */
    COMMITTED,
    /** Runs again with another boot id; its health is not known yet. */
    RETURNED;

    /** The name in documents. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static HolderState ofWire(String name) {
        return Stream.of(values())
                .filter(state -> state.wire().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "unknown holder state '" + Names.oneLine(name) + "'"));
    }
}
