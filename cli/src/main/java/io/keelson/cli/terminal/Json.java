package io.keelson.cli.terminal;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.PrintStream;

/** The one JSON mapper of the command line. */
public final class Json {
    public static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** A new, empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Reads a document; {@code what} names it in the failure. */
    public static JsonNode parse(String text, String what) throws CommandFailure {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new CommandFailure(what + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Prints a document, indented. */
    public static void print(PrintStream out, JsonNode node) {
        out.println(MAPPER.writeValueAsString(node));
    }
}
