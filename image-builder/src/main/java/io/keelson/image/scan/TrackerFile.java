package io.keelson.image.scan;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The file {@code data/json} of Debian's security tracker: source package, then vulnerability, then
 * release. It has tens of megabytes, so only the packages that are asked for are kept.
 */
final class TrackerFile {
    /** One package after another from the same document: what follows is the next one. */
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private static final JsonFactory STREAM = new JsonFactory();

    private TrackerFile() {}

    /**
     * Reads what the tracker has about some source packages.
     *
     * @throws IOException when it is not such a file
     */
    static Map<String, JsonNode> read(Path file, Set<String> sources) throws IOException {
        Map<String, JsonNode> found = new HashMap<>();
        int packages = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20);
                JsonParser json = STREAM.createParser(ObjectReadContext.empty(), in)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw unusable(file, "it does not begin with an object");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw unusable(file, "\"" + name + "\" is not an object");
                }
                packages++;
                if (sources.contains(name)) {
                    found.put(name, JSON.readTree(json));
                } else {
                    json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw unusable(file, e.getOriginalMessage());
        }
        if (packages == 0) {
            throw unusable(file, "it names no package");
        }
        return found;
    }

    private static IOException unusable(Path file, String why) {
        return new IOException(
                file
                        + " is not the security tracker's JSON ("
                        + why
                        + "): download data/json of the tracker again");
    }
}
