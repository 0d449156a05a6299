package io.keelson.host;

import java.io.IOException;

/** The outcome of a system call. */
sealed interface SystemResult {
    /** It succeeded with this value. */
    record Ok(long value) implements SystemResult {}

    /** It failed with this error number. */
    record Errno(String call, int number) implements SystemResult {
        String describe() {
            return "%s failed with errno %d".formatted(call, number);
        }
    }

    default long orThrow(String object) throws IOException {
        return switch (this) {
            case Ok(var value) -> value;
            case Errno errno -> throw new IOException(object + ": " + errno.describe());
        };
    }
}
