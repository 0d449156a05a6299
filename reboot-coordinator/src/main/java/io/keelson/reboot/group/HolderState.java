package io.keelson.reboot.group;

import java.util.Locale;
import java.util.stream.Stream;

/** How far a holder of a slot has come; in every state it has the slot. */
public enum HolderState {
    /** May prepare its reboot. */
    GRANTED,
    /** Moves its work away. */
    DRAINING,
    /** Passed the last check, reboots now. */
    COMMITTED,
    /** Said that it goes down. */
    REBOOTING,
    /** Runs again with another boot id; its health is not known yet. */
    RETURNED,
    /** Not heard of until its deadline; counted as a failure. */
    OVERDUE,
    /** Says it is done but runs the boot that got the grant; counted as a failure. */
    FAILED;

    /** The name in documents. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it may be down at any moment from now on. */
    public boolean mayBeDown() {
        return switch (this) {
            case COMMITTED, REBOOTING, OVERDUE, FAILED -> true;
            case GRANTED, DRAINING, RETURNED -> false;
        };
    }

    /** Whether this state has used up one of the failure budget. */
    public boolean isCounted() {
        return this == OVERDUE || this == FAILED;
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
