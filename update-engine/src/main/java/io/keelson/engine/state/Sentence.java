package io.keelson.engine.state;

/** Bounds for what others said: it is kept in a file that must stay readable. */
final class Sentence {
    private static final int REASON_CHARACTERS_MAX = 1000;

    /** With an excerpt of a journal. */
    private static final int ACCOUNT_CHARACTERS_MAX = 4000;

    private Sentence() {}

    static String reason(String text) {
        return bounded(text, REASON_CHARACTERS_MAX);
    }

    static String account(String text) {
        return bounded(text, ACCOUNT_CHARACTERS_MAX);
    }

    private static String bounded(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max - 1) + "…";
    }
}
