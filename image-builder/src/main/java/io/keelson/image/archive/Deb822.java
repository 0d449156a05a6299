package io.keelson.image.archive;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The stanza format of Debian's control files (deb822(5)). */
public final class Deb822 {
    private static final int FIELDS_MAX = 1000;

    private Deb822() {}

    /** The next stanza, with continuation lines joined by a newline; empty at the end. */
    public static Optional<Map<String, String>> next(BufferedReader in) throws IOException {
        return next(in, _ -> true);
    }

    /** As {@link #next(BufferedReader)}, but keeps only some fields of every stanza. */
    static Optional<Map<String, String>> next(BufferedReader in, Predicate<String> wanted)
            throws IOException {
        Map<String, String> fields = new HashMap<>();
        String field = "";
        for (String next = in.readLine(); next != null; next = in.readLine()) {
            String line = next;
            if (line.isBlank()) {
                if (field.isEmpty()) {
                    continue;
                }
                break;
            }
            char first = line.charAt(0);
            if (first == '#') {
                continue;
            }
            if (first == ' ' || first == '\t') {
                if (field.isEmpty()) {
                    throw new IOException("a stanza begins with a continuation line: " + line);
                }
                fields.computeIfPresent(field, (_, old) -> old + "\n" + line.strip());
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || fields.size() >= FIELDS_MAX) {
                throw new IOException("not a control field: " + line);
            }
            field = line.substring(0, colon);
            if (wanted.test(field)) {
                fields.put(field, line.substring(colon + 1).strip());
            }
        }
        return fields.isEmpty() ? Optional.empty() : Optional.of(fields);
    }
}
