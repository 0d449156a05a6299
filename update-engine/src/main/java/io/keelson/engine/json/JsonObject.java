package io.keelson.engine.json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One JSON object with its keys in order. Values are strings, longs, booleans, lists and objects;
 * nulls do not occur (RFC 8259 texts with a null value are read as if the key were absent).
 */
public record JsonObject(Map<String, Object> values) {
    public JsonObject {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** An object without keys. */
    public static JsonObject empty() {
        return new JsonObject(Map.of());
    }

    /** This object with one more key; an absent optional leaves it as it is. */
    public JsonObject with(String key, Object value) {
        Object plain = value;
        if (value instanceof Optional<?> optional) {
            if (optional.isEmpty()) {
                return this;
            }
            plain = optional.get();
        }
        var more = new LinkedHashMap<>(values);
        more.put(key, plain(plain));
        return new JsonObject(more);
    }

    private static Object plain(Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean bool -> bool;
            case Long number -> number;
            case Integer number -> number.longValue();
            case JsonObject object -> object;
            case Collection<?> list -> List.copyOf(list);
            default -> value.toString();
        };
    }

    /** The string under a key, which must be there. */
    public String text(String key) throws IOException {
        return optionalText(key).orElseThrow(() -> missing(key, "string"));
    }

    /** The string under a key, if any. */
    public Optional<String> optionalText(String key) {
        return value(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** The whole number under a key, which must be there. */
    public long number(String key) throws IOException {
        if (value(key) instanceof Long number) {
            return number;
        }
        throw missing(key, "number");
    }

    /** The boolean under a key; absent is false. */
    public boolean flag(String key) {
        return value(key) instanceof Boolean bool && bool;
    }

    /** The time (ISO-8601) under a key, if any. */
    public Optional<Instant> time(String key) throws IOException {
        Optional<String> text = optionalText(key);
        try {
            return text.map(Instant::parse);
        } catch (DateTimeException e) {
            throw new IOException("\"" + key + "\" is not an ISO-8601 time: " + text.orElse(""), e);
        }
    }

    /** The object under a key, if any. */
    public Optional<JsonObject> object(String key) {
        return value(key) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }

    /** The objects in the list under a key; absent is an empty list. */
    public List<JsonObject> objects(String key) {
        return items(key, JsonObject.class);
    }

    /** The strings in the list under a key; absent is an empty list. */
    public List<String> texts(String key) {
        return items(key, String.class);
    }

    private <T> List<T> items(String key, Class<T> type) {
        var found = new ArrayList<T>();
        if (value(key) instanceof List<?> list) {
            for (Object item : list) {
                if (type.isInstance(item)) {
                    found.add(type.cast(item));
                }
            }
        }
        return List.copyOf(found);
    }

    private @Nullable Object value(String key) {
        return values.get(key);
    }

    private static IOException missing(String key, String type) {
        return new IOException("the object has no " + type + " \"" + key + "\"");
    }
}
