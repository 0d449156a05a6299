package io.keelson.image.archive;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A suite's signed list of index files (Debian wiki, DebianRepository/Format).
 *
 * @param date when the list was made
 * @param byHash whether indexes are also served under their digest, free of races
 * @param validUntil when the suite says that its list is stale
 * @param files digest by path below the suite
 */
record Release(
        Optional<Instant> date,
        boolean byHash,
        Optional<Instant> validUntil,
        Map<String, Digest> files) {
    Release {
        files = Map.copyOf(files);
    }

    static Release parse(String text, String suite) throws IOException {
        Map<String, String> fields =
                Deb822.next(new BufferedReader(new StringReader(text)))
                        .orElseThrow(
                                () -> new ArchiveException("InRelease of " + suite + " is empty"));
        String codename = fields.getOrDefault("Codename", "");
        if (!suite.equals(codename) && !suite.equals(fields.getOrDefault("Suite", ""))) {
            throw new ArchiveException(
                    "the mirror answers for suite %s with suite %s".formatted(suite, codename));
        }
        Map<String, Digest> files = new HashMap<>();
        for (String line : fields.getOrDefault("SHA256", "").split("\n", -1)) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length == 3) {
                files.put(words[2], digest(words, suite));
            }
        }
        return new Release(
                date(fields.get("Date"), suite),
                fields.getOrDefault("Acquire-By-Hash", "no").equals("yes"),
                date(fields.get("Valid-Until"), suite),
                files);
    }

    private static Digest digest(String[] words, String suite) throws ArchiveException {
        try {
            return new Digest(Long.parseLong(words[1]), words[0]);
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("InRelease of " + suite + " has a bad file line", e);
        }
    }

    private static Optional<Instant> date(@Nullable String text, String suite)
            throws ArchiveException {
        if (text == null) {
            return Optional.empty();
        }
        try {
            String zoned = text.replace(" UTC", " GMT");
            return Optional.of(
                    ZonedDateTime.parse(zoned, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeParseException e) {
            throw new ArchiveException("InRelease of " + suite + " has a bad date: " + text, e);
        }
    }
}
