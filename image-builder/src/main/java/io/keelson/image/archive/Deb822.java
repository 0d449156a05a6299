package io.keelson.image.archive;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The stanza format of Debian's control files (deb822(5)). */
public final class Deb822 {
    private static final int FIELDS_MAX = 1000;

    private Deb822() {}

    /** The next stanza, with continuation lines joined by a newline; empty at the end. */
    public static Optional<Map<String, String>> next(BufferedReader in) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        String field = "";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isBlank()) {
                if (fields.isEmpty()) {
                    continue;
                }
                break;
            }
            if (line.startsWith("#")) {
                continue;
            }
            if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                if (field.isEmpty()) {
                    throw new IOException("a stanza begins with a continuation line: " + line);
                }
                fields.merge(field, line.strip(), (old, more) -> old + "\n" + more);
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || fields.size() >= FIELDS_MAX) {
                throw new IOException("not a control field: " + line);
            }
            field = line.substring(0, colon);
            fields.put(field, line.substring(colon + 1).strip());
        }
        return fields.isEmpty() ? Optional.empty() : Optional.of(fields);
    }
}
