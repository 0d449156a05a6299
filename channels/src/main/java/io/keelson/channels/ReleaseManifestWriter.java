package io.keelson.channels;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes release.json field by field. */
final class ReleaseManifestWriter {
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private ReleaseManifestWriter() {}

    static void write(ReleaseManifest manifest, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(new Indented(), out, JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeStringProperty("version", manifest.version().text());
            json.writeStringProperty("arch", manifest.arch());
            json.writeStringProperty("rootHash", manifest.rootHash().hex());
            artifact(json, "usr", manifest.usr());
            artifact(json, "uki", manifest.uki());
            manifest.payload().ifPresent(payload -> artifact(json, "payload", payload));
            if (!manifest.files().isEmpty()) {
                json.writeObjectPropertyStart("files");
                for (Map.Entry<String, Artifact> file : manifest.files().entrySet()) {
                    artifact(json, file.getKey(), file.getValue());
                }
                json.writeEndObject();
            }
            json.writeObjectPropertyStart("pcrs");
            for (Map.Entry<String, String> pcr : manifest.pcrs().entrySet()) {
                json.writeStringProperty(pcr.getKey(), pcr.getValue());
            }
            json.writeEndObject();
            json.writeArrayPropertyStart("packages");
            for (PackageVersion one : manifest.packages()) {
                json.writeStartObject();
                json.writeStringProperty("name", one.name());
                json.writeStringProperty("version", one.version());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (JacksonException e) {
            throw new IOException("writing the release manifest failed: " + e.getMessage(), e);
        }
        out.write("\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void artifact(JsonGenerator json, String name, Artifact artifact) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("size", artifact.sizeBytes());
        json.writeStringProperty("sha256", artifact.sha256());
        json.writeEndObject();
    }

    /** Line ends that do not depend on the machine. */
    private static final class Indented extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            DefaultIndenter lines = new DefaultIndenter("  ", "\n");
            return new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
