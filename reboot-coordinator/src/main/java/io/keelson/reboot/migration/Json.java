package io.keelson.reboot.migration;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A document of which only the shape tells what it is. */
sealed interface Json {
    JsonFactory FACTORY = new JsonFactory();

    record Fields(Map<String, Json> values) implements Json {
        Optional<Json> field(String name) {
            return Optional.ofNullable(values.get(name));
        }
    }

    record Items(List<Json> values) implements Json {}

    record Text(String value) implements Json {}

    record Whole(long value) implements Json {}

    /** null, true, false, fractions, enormous numbers: nothing that is looked for. */
    record Other(String text) implements Json {}

    /**
     * Reads a whole document.
     *
     * @param what names the document in the failure
     */
    static Json parse(byte[] document, String what) throws IOException {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), document)) {
            json.nextToken();
            Json value = value(json);
            if (json.nextToken() != null) {
                throw new IOException(what + " goes on after its JSON document");
            }
            return value;
        } catch (JacksonException e) {
            throw new IOException(what + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Json value(JsonParser json) {
        JsonToken token = json.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                var values = new LinkedHashMap<String, Json>();
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    values.put(name, value(json));
                }
                yield new Fields(values);
            }
            case START_ARRAY -> {
                var values = new ArrayList<Json>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(json));
                }
                yield new Items(values);
            }
            case VALUE_STRING -> new Text(json.getString());
            // A cluster id of etcd has 64 bits without a sign.
            case VALUE_NUMBER_INT ->
                    json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? new Other(json.getString())
                            : new Whole(json.getLongValue());
            case null, default -> new Other(token == null ? "nothing" : json.getString());
        };
    }
}
