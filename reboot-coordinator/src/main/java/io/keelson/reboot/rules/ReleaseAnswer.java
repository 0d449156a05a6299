package io.keelson.reboot.rules;

/** The answer to handing a slot back. */
public sealed interface ReleaseAnswer {
    /** The slot is free again; {@code groupHalted} when this failure was one too many. */
    record Released(boolean groupHalted) implements ReleaseAnswer {}

    /** The node held no slot; nothing was written. */
    record NotHolder() implements ReleaseAnswer {}

    /** The node still runs the boot it had when the slot was granted; it keeps the slot. */
    record NotRebooted(String bootId) implements ReleaseAnswer {}

    /** The node keeps the slot, or the store rejects the request. */
    record Refused(RefusalKind kind, String reason) implements ReleaseAnswer {}

    /** The store did not say; asking again is harmless. */
    record Unavailable(String reason) implements ReleaseAnswer {}
}
