package io.keelson.engine.server;

import io.keelson.engine.state.Report;

import java.util.Optional;

/** The update server as the agent needs it. */
public interface UpdateServer extends Downloads {
    /**
     * Asks for an update for a host that runs {@code version}.
     *
     * @param onDemand somebody at the host asks again for what failed there before
     */
    CheckAnswer check(String version, boolean onDemand);

    /** Delivers one event; the reason when the server did not acknowledge it. */
    Optional<String> report(Report report);
}
