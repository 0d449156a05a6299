package io.keelson.disk.boot;

import java.util.regex.Pattern;

/**
 * A release's version, ordered as systemd orders it (UAPI.10 version format specification).
 *
 * <p>The order treats {@code 1.0} and {@code 1.00} as the same; {@link #equals} does not.
 */
public record ReleaseVersion(String text) implements Comparable<ReleaseVersion> {
    /** No '+' or '_' (boot counter and GPT label separators); a GPT label has 36 characters. */
    private static final Pattern GRAMMAR = Pattern.compile("[0-9A-Za-z.~-]{1,28}");

    public ReleaseVersion {
        if (!GRAMMAR.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not a release version (%s): %s".formatted(GRAMMAR.pattern(), text));
        }
    }

    public static boolean isValid(String text) {
        return GRAMMAR.matcher(text).matches();
    }

    @Override
    public int compareTo(ReleaseVersion other) {
        return VersionOrder.compare(text, other.text);
    }

    public boolean isNewerThan(ReleaseVersion other) {
        return compareTo(other) > 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
