package io.keelson.image.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words of a line, as systemd splits them: quotes keep spaces together. */
final class SysusersLine {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private SysusersLine() {}

    /** The words; none for a comment or an empty line. */
    static List<String> words(String line) {
        if (line.isBlank() || line.stripLeading().startsWith("#")) {
            return List.of();
        }
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            for (int group = 1; group <= 3; group++) {
                if (matcher.group(group) != null) {
                    words.add(matcher.group(group));
                }
            }
        }
        return words;
    }
}
