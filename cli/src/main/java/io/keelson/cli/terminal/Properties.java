package io.keelson.cli.terminal;

import tools.jackson.databind.JsonNode;

import java.io.PrintStream;

/** A JSON document as indented {@code name: value} lines, for reading. */
public final class Properties {
    private Properties() {}

    /** Prints an object; lists become one line per element. */
    public static void print(PrintStream out, JsonNode document) {
        print(out, document, "");
    }

    private static void print(PrintStream out, JsonNode node, String indent) {
        node.properties()
                .forEach(property -> line(out, property.getKey(), property.getValue(), indent));
    }

    private static void line(PrintStream out, String name, JsonNode value, String indent) {
        if (value.isObject()) {
            out.println(indent + name + ":");
            print(out, value, indent + "  ");
        } else if (value.isArray()) {
            out.println(indent + name + ":");
            value.forEach(element -> out.println(indent + "  - " + oneLine(element)));
        } else {
            out.println(indent + name + ": " + value.asString("-"));
        }
    }

    private static String oneLine(JsonNode element) {
        if (!element.isObject()) {
            return element.asString("-");
        }
        StringBuilder line = new StringBuilder();
        element.properties()
                .forEach(property -> {
                    line.append(line.isEmpty() ? "" : "  ");
                    JsonNode value = property.getValue();
                    line.append(property.getKey())
                            .append('=')
                            .append(value.isContainer() ? value.toString() : value.asString("-"));
                });
        return line.toString();
    }
}
