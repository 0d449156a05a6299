package io.keelson.reboot;

import java.util.regex.Pattern;

/** The one grammar of ids and groups in a group's document. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z._:-]{1,128}");

    private Names() {}

    static void require(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what
                            + " must be 1 to 128 of A-Z a-z 0-9 . _ : - but is '"
                            + Reasons.shortened(name)
                            + "'");
        }
    }
}
