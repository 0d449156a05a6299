package io.keelson.reboot;

/** Free text of people and hosts, made fit to be stored and shown on one line. */
final class Reasons {
    static final int REASON_CHARS_MAX = 400;

    private Reasons() {}

    static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= REASON_CHARS_MAX
                ? line
                : line.substring(0, REASON_CHARS_MAX - 1) + "…";
    }
}
