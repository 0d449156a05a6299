package io.keelson.engine.install;

import io.keelson.engine.state.Fetched;

/** Where one way to a release has led; error codes are update_engine's. */
sealed interface WayResult {
    /** The next boot is the new release's. */
    record Arrived(Fetched fetched) implements WayResult {}

    /**
     * This file does not lead there.
     *
     * @param isLasting whether it never will, wherever it comes from
     */
    record DeadEnd(int errorCode, String reason, boolean isLasting) implements WayResult {}

    /** The host or the network is in the way, and would be of any other file as well. */
    record Stopped(int errorCode, String reason) implements WayResult {}
}
