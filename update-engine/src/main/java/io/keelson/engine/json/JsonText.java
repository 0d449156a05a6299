package io.keelson.engine.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes {@link JsonObject}s as UTF-8 JSON text (RFC 8259). */
public final class JsonText {
    /** No document of the daemon is larger: the state file holds a few dozen bounded entries. */
    public static final int DOCUMENT_BYTES_MAX = 1 << 20;

    private static final int NESTING_MAX = 12;
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
                    .build();

    private JsonText() {}

    /** The object as one line of UTF-8. */
    public static byte[] write(JsonObject object) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            writeObject(out, object);
        }
        return bytes.toByteArray();
    }

    /** The object in a file that may not be larger than {@link #DOCUMENT_BYTES_MAX}. */
    public static JsonObject read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(DOCUMENT_BYTES_MAX + 1);
        }
        if (bytes.length > DOCUMENT_BYTES_MAX) {
            throw new IOException(file + " is larger than " + DOCUMENT_BYTES_MAX + " bytes");
        }
        try {
            return read(bytes);
        } catch (IOException e) {
            throw new IOException("reading " + file + " failed: " + e.getMessage(), e);
        }
    }

    /** The object in a UTF-8 text. */
    public static JsonObject read(byte[] text) throws IOException {
        try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the text is not a JSON object");
            }
            return readObject(in);
        } catch (JacksonException e) {
            throw new IOException("the text is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static JsonObject readObject(JsonParser in) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = in.currentName();
            if (in.nextToken() != JsonToken.VALUE_NULL) {
                values.put(key, readValue(in));
            }
        }
        return new JsonObject(values);
    }

    private static Object readValue(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        return switch (token) {
            case START_OBJECT -> readObject(in);
            case START_ARRAY -> readList(in);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> in.getLongValue();
            case VALUE_STRING -> in.getString();
            default -> throw new IOException("unexpected JSON token " + token);
        };
    }

    private static List<Object> readList(JsonParser in) throws IOException {
        var items = new ArrayList<Object>();
        for (JsonToken token = in.nextToken();
                token != JsonToken.END_ARRAY;
                token = in.nextToken()) {
            if (token == null) {
                throw new IOException("the JSON text ends inside a list");
            }
            items.add(readValue(in));
        }
        return List.copyOf(items);
    }

    private static void writeObject(JsonGenerator out, JsonObject object) {
        out.writeStartObject();
        object.values()
                .forEach((key, value) -> {
                    out.writeName(key);
                    writeValue(out, value);
                });
        out.writeEndObject();
    }

    private static void writeValue(JsonGenerator out, Object value) {
        switch (value) {
            case JsonObject object -> writeObject(out, object);
            case Boolean bool -> out.writeBoolean(bool);
            case Long number -> out.writeNumber(number);
            case List<?> list -> {
                out.writeStartArray();
                for (Object item : list) {
                    writeValue(out, item);
                }
                out.writeEndArray();
            }
            default -> out.writeString(value.toString());
        }
    }
}
