package io.keelson.qemu.demo;

import java.io.IOException;

/** The scenario failed and its timeline has said so. */
final class DemoFailed extends IOException {
    private static final long serialVersionUID = 1L;

    DemoFailed(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
