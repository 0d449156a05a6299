package io.keelson.payload.wire;

import java.io.IOException;

/** A message that is not well-formed in the Protocol Buffers wire format, or is beyond a limit. */
public final class WireException extends IOException {
    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }
}
