package io.keelson.engine.journal;

import io.keelson.host.JournalSocket;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/**
 * Sends log records to the journal as entries with fields: {@code KEELSON_EVENT}, its {@code
 * MESSAGE_ID}, {@code KEELSON_STATE}, {@code KEELSON_VERSION} and one field for each key of the
 * line. What the journal does not take goes on as text.
 */
public final class JournalHandler extends Handler {
    private static final String IDENTIFIER = "keelsond";
    private static final String PREFIX = "KEELSON_";

    private final JournalSocket journal;
    private final Supplier<Map<String, String>> context;
    private final Handler otherwise;

    /**
     * @param context fields of every entry, as the state is now; an event's own come first
     * @param otherwise gets what the journal does not take
     */
    public JournalHandler(
            JournalSocket journal, Supplier<Map<String, String>> context, Handler otherwise) {
        this.journal = journal;
        this.context = context;
        this.otherwise = otherwise;
        setFormatter(new SimpleFormatter());
    }

    @Override
    public void publish(LogRecord record) {
        if (!journal.send(fields(record))) {
            otherwise.publish(record);
        }
    }

    private Map<String, String> fields(LogRecord record) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("MESSAGE", getFormatter().formatMessage(record));
        fields.put("PRIORITY", priority(record.getLevel()));
        fields.put("SYSLOG_IDENTIFIER", IDENTIFIER);
        Object[] parameters = record.getParameters();
        if (parameters != null
                && parameters.length == 1
                && parameters[0] instanceof JournalEvent event) {
            fields.put("MESSAGE_ID", messageId(event.name()));
            fields.put(PREFIX + "EVENT", event.name());
            event.fields().forEach((key, value) -> fields.put(name(key), value));
        }
        context.get().forEach(fields::putIfAbsent);
        return fields;
    }

    /** Made from the event's name, so that it is the same in every release. */
    static String messageId(String event) {
        byte[] name = ("io.keelson.keelsond:" + event).getBytes(StandardCharsets.UTF_8);
        return UUID.nameUUIDFromBytes(name).toString().replace("-", "");
    }

    private static String name(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** syslog(3): 3 is an error, 4 a warning, 6 for information, 7 for debugging. */
    private static String priority(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "3";
        }
        if (value >= Level.WARNING.intValue()) {
            return "4";
        }
        return value >= Level.INFO.intValue() ? "6" : "7";
    }

    @Override
    public void flush() {
        otherwise.flush();
    }

    @Override
    public void close() {
        otherwise.close();
    }
}
