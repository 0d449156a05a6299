package io.keelson.engine.health.plan;

/** What follows from a check that did not pass. */
public enum Level {
    /** The boot is unhealthy. */
    HARD("hard"),
    /** It is kept and reported, and that is all. */
    SOFT("soft");

    private final String text;

    Level(String text) {
        this.text = text;
    }

    /** The word in {@code health.conf} and in verdicts. */
    public String text() {
        return text;
    }

    /** Anything that is not soft counts. */
    public static Level of(String text) {
        return text.equals(SOFT.text) ? SOFT : HARD;
    }
}
