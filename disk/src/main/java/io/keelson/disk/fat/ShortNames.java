package io.keelson.disk.fat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The 8.3 names of one directory (FAT specification 1.03, "The Basis-Name Generation"). */
final class ShortNames {
    static final int BYTES = 11;

    private static final int BASE_CHARS = 8;
    private static final int EXTENSION_CHARS = 3;
    private static final int TAILS_MAX = 999_999;
    private static final String ALLOWED = "A-Z0-9!#$%&'()\\-@^_`{}~";
    private static final Pattern SHORT =
            Pattern.compile("[%1$s]{1,8}(?:\\.[%1$s]{1,3})?".formatted(ALLOWED));
    private static final Pattern NOT_ALLOWED = Pattern.compile("[^%s]".formatted(ALLOWED));

    private ShortNames() {}

    /** The 11 bytes for each name, all different; names that fit keep theirs. */
    static Map<String, byte[]> of(List<String> names) {
        Map<String, byte[]> result = new HashMap<>();
        Set<String> taken = new HashSet<>();
        for (String name : names) {
            String upper = name.toUpperCase(Locale.ROOT);
            if (SHORT.matcher(upper).matches()) {
                int dot = upper.indexOf('.');
                String padded =
                        dot < 0
                                ? pad(upper, "")
                                : pad(upper.substring(0, dot), upper.substring(dot + 1));
                taken.add(padded);
                result.put(name, padded.getBytes(StandardCharsets.US_ASCII));
            }
        }
        for (String name : names) {
            if (!result.containsKey(name)) {
                result.put(name, withTail(name, taken).getBytes(StandardCharsets.US_ASCII));
            }
        }
        return result;
    }

    private static String withTail(String name, Set<String> taken) {
        String upper = name.toUpperCase(Locale.ROOT).replace(" ", "");
        int dot = upper.lastIndexOf('.');
        String base = clean(dot <= 0 ? upper : upper.substring(0, dot));
        String extension = dot <= 0 ? "" : clean(upper.substring(dot + 1));
        for (int tail = 1; tail <= TAILS_MAX; tail++) {
            String suffix = "~" + tail;
            String head = base.substring(0, Math.min(base.length(), BASE_CHARS - suffix.length()));
            String padded =
                    pad(
                            head + suffix,
                            extension.substring(0, Math.min(extension.length(), EXTENSION_CHARS)));
            if (taken.add(padded)) {
                return padded;
            }
        }
        throw new IllegalArgumentException("a directory has too many names like " + name);
    }

    private static String clean(String text) {
        return NOT_ALLOWED.matcher(text.replace(".", "")).replaceAll("_");
    }

    private static String pad(String base, String extension) {
        return "%-8s%-3s".formatted(base, extension);
    }

    /** Whether an entry needs a long name to be read back as it was given. */
    static boolean isWhole(String name) {
        return SHORT.matcher(name).matches();
    }
}
