package io.keelson.engine.slot;

import java.io.IOException;

/** The disk is not in a state in which a slot may be touched; nothing was changed. */
public final class SlotException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean outOfSpace;

    SlotException(String message) {
        this(message, false);
    }

    SlotException(String message, boolean outOfSpace) {
        super(message);
        this.outOfSpace = outOfSpace;
    }

    /** Whether something did not fit. */
    public boolean outOfSpace() {
        return outOfSpace;
    }
}
