package io.keelson.engine.agent;

import io.keelson.engine.journal.JournalEvent;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;

/** One line per event for the journal: what happened, then {@code key=value} pairs. */
final class Journal {
    private static final System.Logger LOG = System.getLogger("io.keelson.keelsond");

    private Journal() {}

    static void say(String event, String... keysAndValues) {
        log(Level.INFO, event, keysAndValues);
    }

    static void warn(String event, String... keysAndValues) {
        log(Level.WARNING, event, keysAndValues);
    }

    /** The event itself goes along as a parameter, which the line does not refer to. */
    private static void log(Level level, String event, String... keysAndValues) {
        var fields = new LinkedHashMap<String, String>();
        for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
            fields.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        LOG.log(level, line(event, keysAndValues), new JournalEvent(event, fields));
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
