package io.keelson.engine.health.plan;

import java.io.IOException;

/** A {@code health.conf} that cannot be used; the message names file and line, or section. */
public final class HealthConfException extends IOException {
    private static final long serialVersionUID = 1L;

    HealthConfException(String message) {
        super(message);
    }
}
