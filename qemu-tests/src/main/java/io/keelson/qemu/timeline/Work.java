package io.keelson.qemu.timeline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** What a step does. */
@FunctionalInterface
public interface Work<T extends @Nullable Object> {
    T run() throws IOException, InterruptedException;
}
