package io.keelson.reboot.proof;

import java.util.List;

/** What came back. */
public sealed interface Reply {
    record Granted(long fence) implements Reply {}

    /** The host waits in the line. */
    record Queued() implements Reply {}

    /** Certainly nothing was granted, committed, freed or changed. */
    record Refused() implements Reply {}

    record Committed() implements Reply {}

    record Released() implements Reply {}

    /** The host had no slot, and has no place in the line. */
    record NotHeld() implements Reply {}

    /** An operator's order is carried out. */
    record Done() implements Reply {}

    record Holders(List<String> hosts) implements Reply {
        public Holders {
            hosts = List.copyOf(hosts);
        }
    }

    /** It may have happened, may happen later, or never. */
    record Unknown() implements Reply {}
}
