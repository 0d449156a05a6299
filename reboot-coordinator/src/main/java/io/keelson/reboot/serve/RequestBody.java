package io.keelson.reboot.serve;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request's JSON object, flat: {@code {"client_params": {"id": "a"}}} has {@code
 * client_params.id}. Fields nobody asks for are ignored, as later clients may send more.
 */
final class RequestBody {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, Boolean> flags = new HashMap<>();

    /** What is wrong with a request, in words for its sender. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    private RequestBody() {}

    static RequestBody parse(byte[] body) throws Malformed {
        var parsed = new RequestBody();
        if (body.length == 0) {
            return parsed;
        }
        try (var json = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("the body is not a JSON object");
            }
            parsed.readObject(json, "");
            if (json.nextToken() != null) {
                throw new Malformed("text follows the JSON object");
            }
            return parsed;
        } catch (JacksonException e) {
            throw new Malformed("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private void readObject(JsonParser json, String prefix) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = prefix + json.currentName();
            switch (json.nextToken()) {
                case VALUE_STRING -> texts.put(name, json.getString());
                case VALUE_NUMBER_INT -> numbers.put(name, json.getLongValue());
                case VALUE_TRUE -> flags.put(name, true);
                case VALUE_FALSE -> flags.put(name, false);
                case START_OBJECT -> {
                    if (prefix.isEmpty()) {
                        readObject(json, name + ".");
                    } else {
                        json.skipChildren();
                    }
                }
                case START_ARRAY -> json.skipChildren();
                default -> {}
            }
        }
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(texts.get(name));
    }

    String requiredText(String name) throws Malformed {
        return text(name).orElseThrow(() -> new Malformed("'" + name + "' is missing"));
    }

    OptionalLong number(String name) {
        Long number = numbers.get(name);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    long requiredNumber(String name) throws Malformed {
        return number(name)
                .orElseThrow(() -> new Malformed("'" + name + "' is missing or not a number"));
    }

    boolean requiredFlag(String name) throws Malformed {
        Boolean flag = flags.get(name);
        if (flag == null) {
            throw new Malformed("'" + name + "' is missing or not true or false");
        }
        return flag;
    }
}
