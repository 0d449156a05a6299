package io.keelson.reboot.client;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What became of one question over HTTP. */
sealed interface Reply {
    /** Somebody answered, whether it is a coordinator or not. */
    record Answered(String from, int status, Fields fields) implements Reply {}

    /** The question was not answered; whether it was carried out is not known. */
    record Lost(String reason) implements Reply {}

    /** The texts and numbers of a JSON object; empty for what is none. */
    record Fields(Map<String, String> texts, Map<String, Long> numbers) {
        private static final JsonFactory JSON =
                JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

        public Fields {
            texts = Map.copyOf(texts);
            numbers = Map.copyOf(numbers);
        }

        static Fields parse(byte[] body) {
            var texts = new HashMap<String, String>();
            var numbers = new HashMap<String, Long>();
            try (var json = JSON.createParser(ObjectReadContext.empty(), body)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    return new Fields(Map.of(), Map.of());
                }
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = json.currentName();
                    switch (json.nextToken()) {
                        case VALUE_STRING -> texts.put(name, json.getString());
                        case VALUE_NUMBER_INT -> numbers.put(name, json.getLongValue());
                        case START_OBJECT, START_ARRAY -> json.skipChildren();
                        default -> {
                            // Of no interest to a node.
                        }
                    }
                }
                return new Fields(texts, numbers);
            } catch (JacksonException _) {
                return new Fields(Map.of(), Map.of());
            }
        }

        String text(String name) {
            return Optional.ofNullable(texts.get(name)).orElse("");
        }

        OptionalLong number(String name) {
            Long number = numbers.get(name);
            return number == null ? OptionalLong.empty() : OptionalLong.of(number);
        }
    }
}
