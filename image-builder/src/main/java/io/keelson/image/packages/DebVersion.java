package io.keelson.image.packages;

import java.math.BigInteger;
import java.util.regex.Pattern;

/** A package version in the order of Debian Policy, section 5.6.12 (deb-version(7)). */
public final class DebVersion implements Comparable<DebVersion> {
    private static final Pattern SHAPE = Pattern.compile("([0-9]+:)?[0-9A-Za-z.+~:-]+");

    private final String text;
    private final BigInteger epoch;
    private final String upstream;
    private final String revision;

    public DebVersion(String text) {
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("not a Debian version: " + text);
        }
        int colon = text.indexOf(':');
        int dash = text.lastIndexOf('-');
        this.text = text;
        this.epoch = colon < 0 ? BigInteger.ZERO : new BigInteger(text.substring(0, colon));
        this.upstream = text.substring(colon + 1, dash < 0 ? text.length() : dash);
        this.revision = dash < 0 ? "" : text.substring(dash + 1);
    }

    @Override
    public int compareTo(DebVersion other) {
        int byEpoch = epoch.compareTo(other.epoch);
        if (byEpoch != 0) {
            return byEpoch;
        }
        int byUpstream = compareParts(upstream, other.upstream);
        return byUpstream != 0 ? byUpstream : compareParts(revision, other.revision);
    }

    /** Versions that sort alike are equal, such as 1.0 and 1.0-0. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DebVersion version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        return epoch.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    /** Alternates between runs of other characters and runs of digits, from the left. */
    private static int compareParts(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            while ((i < a.length() && !isDigit(a, i)) || (j < b.length() && !isDigit(b, j))) {
                int order = weight(a, i) - weight(b, j);
                if (order != 0) {
                    return order;
                }
                i++;
                j++;
            }
            int endA = endOfDigits(a, i);
            int endB = endOfDigits(b, j);
            int order = number(a, i, endA).compareTo(number(b, j, endB));
            if (order != 0) {
                return order;
            }
            i = endA;
            j = endB;
        }
        return 0;
    }

    /** A tilde sorts before the end, the end and digits before letters, letters before the rest. */
    private static int weight(String text, int at) {
        if (at >= text.length() || isDigit(text, at)) {
            return 0;
        }
        char c = text.charAt(at);
        if (c == '~') {
            return -1;
        }
        return Character.isLetter(c) ? c : c + 256;
    }

    private static boolean isDigit(String text, int at) {
        return text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private static int endOfDigits(String text, int from) {
        int at = Math.min(from, text.length());
        while (at < text.length() && isDigit(text, at)) {
            at++;
        }
        return at;
    }

    private static BigInteger number(String text, int from, int to) {
        return from >= to ? BigInteger.ZERO : new BigInteger(text.substring(from, to));
    }
}
