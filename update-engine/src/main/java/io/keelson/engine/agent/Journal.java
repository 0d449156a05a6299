package io.keelson.engine.agent;

import java.lang.System.Logger.Level;

/** One line per event for the journal: what happened, then {@code key=value} pairs. */
final class Journal {
    private static final System.Logger LOG = System.getLogger("io.keelson.keelsond");

    private Journal() {}

    static void say(String event, String... keysAndValues) {
        LOG.log(Level.INFO, line(event, keysAndValues));
    }

    static void warn(String event, String... keysAndValues) {
        LOG.log(Level.WARNING, line(event, keysAndValues));
    }

    private static String line(String event, String... keysAndValues) {
        var line = new StringBuilder(event);
        for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
            String value = keysAndValues[i + 1].replaceAll("\\s+", " ").strip();
            line.append(' ').append(keysAndValues[i]).append('=').append(value);
        }
        return line.toString();
    }
}
