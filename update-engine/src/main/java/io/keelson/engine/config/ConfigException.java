package io.keelson.engine.config;

import java.io.IOException;

/** A setting that cannot be used; the message names the file or key and what is allowed. */
public final class ConfigException extends IOException {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}
