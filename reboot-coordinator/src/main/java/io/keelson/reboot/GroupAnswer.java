package io.keelson.reboot;

import io.keelson.reboot.rules.RefusalKind;

/** The answer to an operator's command or question about a group. */
public sealed interface GroupAnswer {
    /** The group after the command. */
    record Done(RebootStatus status) implements GroupAnswer {}

    record Refused(RefusalKind kind, String reason) implements GroupAnswer {}

    /** The store did not say; asking again is harmless. */
    record Unavailable(String reason) implements GroupAnswer {}
}
