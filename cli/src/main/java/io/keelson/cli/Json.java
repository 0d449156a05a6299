package io.keelson.cli;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.PrintStream;

/** The one JSON mapper of the command line. */
final class Json {
    static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static JsonNode parse(String text, String what) throws CommandFailure {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new CommandFailure(what + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    static void print(PrintStream out, JsonNode node) {
        out.println(MAPPER.writeValueAsString(node));
    }
}
