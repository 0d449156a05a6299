package io.keelson.qemu.lab;

import java.io.IOException;

/** The scenario failed and its timeline has said so. */
public final class ScenarioFailed extends IOException {
    private static final long serialVersionUID = 1L;

    ScenarioFailed(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
