package io.keelson.reboot.group;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One open object: its fields in any order, each at most once, all of the expected type. */
final class JsonFields {
    interface Reader<T> {
        T read(JsonFields fields);
    }

    private final JsonParser json;
    private final Set<String> seen = new HashSet<>();
    private String name;

    JsonFields(JsonParser json, String name) {
        this.json = json;
        this.name = name;
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("an object");
        }
    }

    boolean next() {
        if (json.nextToken() != JsonToken.PROPERTY_NAME) {
            return false;
        }
        name = json.currentName();
        seen.add(name);
        json.nextToken();
        return true;
    }

    String name() {
        return name;
    }

    long number() {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrong("a whole number");
        }
        return json.getLongValue();
    }

    int count() {
        return Math.toIntExact(number());
    }

    long positive() {
        long number = number();
        if (number <= 0) {
            throw new IllegalArgumentException("'" + name + "' must be above 0 but is " + number);
        }
        return number;
    }

    String text() {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("a string");
        }
        return json.getString();
    }

    Instant instant() {
        return Instant.parse(text());
    }

    boolean absent() {
        return json.currentToken() == JsonToken.VALUE_NULL;
    }

    void requireAbsent() {
        if (!absent()) {
            throw wrong("null");
        }
    }

    JsonFields object() {
        return new JsonFields(json, name);
    }

    /** A list of strings. */
    List<String> texts() {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("a list");
        }
        var values = new ArrayList<String>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(text());
        }
        return values;
    }

    <T> List<T> list(Reader<T> reader) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("a list");
        }
        var values = new ArrayList<T>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(reader.read(new JsonFields(json, name)));
        }
        return values;
    }

    void require(String... names) {
        for (String expected : names) {
            if (!seen.contains(expected)) {
                throw new IllegalArgumentException("'" + expected + "' is missing");
            }
        }
    }

    /** A number or a string, as it is written. */
    String numberOrText() {
        return json.currentToken() == JsonToken.VALUE_NUMBER_INT
                ? Long.toString(json.getLongValue())
                : text();
    }

    /** The field is none of those. */
    IllegalArgumentException unknown(String known) {
        return new IllegalArgumentException(
                "unknown field '" + Names.oneLine(name) + "'; known: " + known);
    }

    IllegalArgumentException unknown() {
        return new IllegalArgumentException(
                "unknown field '" + Names.oneLine(name) + "': written by a later release?");
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(
                "'" + name + "' must be " + expected + ", found " + json.currentToken());
    }
}
