package io.keelson.host;

import java.io.IOException;

/** The kernel's clock. */
public final class Clock {
    /** adjtimex(2): nobody has set the clock from a better one for some time. */
    private static final int TIME_ERROR = 5;

    private Clock() {}

    /** Whether an NTP client, whichever it is, keeps the clock right. */
    public static boolean isSynchronised() throws IOException {
        return Libc.clockState().orThrow("the kernel's clock") != TIME_ERROR;
    }
}
