package io.keelson.disk.boot;

/** systemd's strverscmp_improved (src/fundamental/string-util-fundamental.c), for ASCII strings. */
final class VersionOrder {
    private static final String SEPARATORS = "-^.";

    private final String text;
    private int at;

    private VersionOrder(String text) {
        this.text = text;
    }

    static int compare(String left, String right) {
        VersionOrder a = new VersionOrder(left);
        VersionOrder b = new VersionOrder(right);
        while (true) {
            a.skipInvalid();
            b.skipInvalid();
            // '~' first: it makes a string older than its own prefix.
            if (a.peek() == '~' || b.peek() == '~') {
                int order = Boolean.compare(a.peek() != '~', b.peek() != '~');
                if (order != 0) {
                    return order;
                }
                a.at++;
                b.at++;
            }
            if (a.peek() == 0 || b.peek() == 0) {
                return Boolean.compare(a.peek() != 0, b.peek() != 0);
            }
            int order = compareSegment(a, b);
            if (order != 0) {
                return order;
            }
        }
    }

    private static int compareSegment(VersionOrder a, VersionOrder b) {
        for (int i = 0; i < SEPARATORS.length(); i++) {
            char separator = SEPARATORS.charAt(i);
            if (a.peek() == separator || b.peek() == separator) {
                int order = Boolean.compare(a.peek() != separator, b.peek() != separator);
                if (order != 0) {
                    return order;
                }
                a.at++;
                b.at++;
            }
        }
        return isDigit(a.peek()) || isDigit(b.peek())
                ? compareNumbers(a.take(true), b.take(true))
                : compareWords(a.take(false), b.take(false));
    }

    private static int compareNumbers(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return Boolean.compare(!a.isEmpty(), !b.isEmpty());
        }
        String left = withoutLeadingZeros(a);
        String right = withoutLeadingZeros(b);
        return left.length() != right.length()
                ? Integer.compare(left.length(), right.length())
                : left.compareTo(right);
    }

    private static int compareWords(String a, String b) {
        // String.compareTo is strncmp on the common part, then the longer one wins: the same rule.
        return a.compareTo(b);
    }

    private static String withoutLeadingZeros(String digits) {
        int start = 0;
        while (start < digits.length() && digits.charAt(start) == '0') {
            start++;
        }
        return digits.substring(start);
    }

    private void skipInvalid() {
        while (at < text.length() && !isVersionCharacter(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private String take(boolean digits) {
        int start = at;
        while (at < text.length()
                && (digits ? isDigit(text.charAt(at)) : isLetter(text.charAt(at)))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isVersionCharacter(char c) {
        return isDigit(c) || isLetter(c) || c == '~' || SEPARATORS.indexOf(c) >= 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
