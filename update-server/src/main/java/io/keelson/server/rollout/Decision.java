package io.keelson.server.rollout;

import java.time.Instant;

/**
 * The answer to a host's last check.
 *
 * @param message one sentence for people
 * @param version the release it is about, or empty
 */
public record Decision(DecisionReason reason, String message, String version, Instant at) {}
