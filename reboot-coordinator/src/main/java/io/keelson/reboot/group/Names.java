package io.keelson.reboot.group;

import java.util.regex.Pattern;

/** The one grammar of names and the one form of free text in a group's document. */
public final class Names {
    public static final int TEXT_CHARS_MAX = 400;
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z._:-]{1,128}");

    private Names() {}

    /** Throws, with a sentence for the user, unless {@code name} can stand in a document. */
    public static void require(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what
                            + " must be 1 to 128 of A-Z a-z 0-9 . _ : - but is '"
                            + oneLine(name)
                            + "'");
        }
    }

    /** The name itself when it can stand in a document. */
    public static String required(String what, String name) {
        require(what, name);
        return name;
    }

    /** Free text of a person or a host, on one line of bounded length. */
    public static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= TEXT_CHARS_MAX ? line : line.substring(0, TEXT_CHARS_MAX - 1) + "…";
    }
}
