package io.keelson.reboot.window;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of time as Go and systemd's users write them: {@code 1h30m}, {@code 90m}, {@code 1.5h}.
 */
public final class DurationText {
    /** Longer than any window, and far from an overflow. */
    private static final Duration LENGTH_MAX = Duration.ofDays(366);

    private static final Pattern PART = Pattern.compile("(\\d{1,7}(?:\\.\\d{1,6})?)([hms])");

    private DurationText() {}

    /** Whole seconds, at most a year. */
    public static Duration parse(String text) {
        Matcher part = PART.matcher(text);
        BigDecimal seconds = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length() && part.find(at) && part.start() == at) {
            int unit =
                    switch (part.group(2)) {
                        case "h" -> 3600;
                        case "m" -> 60;
                        default -> 1;
                    };
            seconds = seconds.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
            at = part.end();
        }
        boolean isZero = text.equals("0");
        boolean isWhole = seconds.stripTrailingZeros().scale() <= 0;
        boolean isSmall = seconds.compareTo(BigDecimal.valueOf(LENGTH_MAX.toSeconds())) <= 0;
        if (text.isEmpty() || (at < text.length() && !isZero) || !isWhole || !isSmall) {
            throw new IllegalArgumentException(
                    "'%s' is not a length of time in whole seconds such as 1h30m, 90m or 45s"
                            .formatted(WindowText.shortened(text)));
        }
        return Duration.ofSeconds(seconds.longValueExact());
    }

    /** The shortest form, e.g. {@code 1h30m}; parts of a second are left out. */
    public static String write(Duration length) {
        long seconds = Math.abs(length.toSeconds());
        if (seconds == 0) {
            return "0s";
        }
        var text = new StringBuilder(length.isNegative() ? "-" : "");
        append(text, seconds / 3600, 'h');
        append(text, seconds % 3600 / 60, 'm');
        append(text, seconds % 60, 's');
        return text.toString();
    }

    private static void append(StringBuilder text, long count, char unit) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }
}
