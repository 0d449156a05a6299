package io.keelson.omaha;

import java.util.Locale;

/** Application ids as Omaha clients send them: a GUID, with or without braces, in either case. */
public final class AppId {
    /** The id of a Keelson host's operating system. */
    public static final String KEELSON = "{b1c4f8a6-6f0e-4e5b-9c4e-6b65656c736f}";

    private AppId() {}

    /** Whether {@code id} names the Keelson host system. */
    public static boolean isKeelson(String id) {
        return isSame(id, KEELSON);
    }

    /** Whether two ids name the same application. */
    public static boolean isSame(String id, String other) {
        return bare(id).equals(bare(other));
    }

    private static String bare(String id) {
        String text = id.strip().toLowerCase(Locale.ROOT);
        boolean braces = text.length() > 1 && text.startsWith("{") && text.endsWith("}");
        return braces ? text.substring(1, text.length() - 1) : text;
    }
}
