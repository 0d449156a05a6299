package io.keelson.engine.departure;

import java.util.Arrays;
import java.util.Set;

/** The table of {@code loginctl list-sessions --no-legend}. */
final class Sessions {
    /** Classes of logind (pam_systemd(8)) behind which no person sits. */
    private static final Set<String> WITHOUT_PERSON =
            Set.of(
                    "manager",
                    "manager-early",
                    "background",
                    "background-light",
                    "greeter",
                    "lock-screen");

    private Sessions() {}

    /** Whether a line is the session of a person; systemd before 256 shows no class and no more. */
    static boolean hasUser(String table) {
        return table.lines()
                .filter(line -> !line.isBlank())
                .anyMatch(line ->
                        Arrays.stream(line.strip().split("\\s+", -1))
                                .noneMatch(WITHOUT_PERSON::contains));
    }
}
