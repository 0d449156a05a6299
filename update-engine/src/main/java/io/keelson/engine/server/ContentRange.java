package io.keelson.engine.server;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code Content-Range} header (RFC 9110 section 14.4).
 *
 * @param fileBytes negative when the server does not say
 */
record ContentRange(long first, long last, long fileBytes) {
    private static final Pattern FORM =
            Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

    static Optional<ContentRange> parse(String header) {
        Matcher found = FORM.matcher(header);
        if (!found.matches()) {
            return Optional.empty();
        }
        String size = found.group(3);
        return Optional.of(
                new ContentRange(
                        Long.parseLong(found.group(1)),
                        Long.parseLong(found.group(2)),
                        size.equals("*") ? -1 : Long.parseLong(size)));
    }
}
