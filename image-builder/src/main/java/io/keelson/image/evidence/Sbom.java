package io.keelson.image.evidence;

import io.keelson.disk.boot.ReleaseVersion;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The bill of materials in CycloneDX 1.6 JSON. Its serial number and time follow from the release,
 * not from the moment of the build.
 *
 * @param rootHash dm-verity root hash in hexadecimal
 * @param time of every file in the image
 * @param javaVersion version of the linked Java runtime, if the image has one
 */
public record Sbom(
        ReleaseVersion version,
        String rootHash,
        Instant time,
        List<PackageFacts> packages,
        Optional<String> javaVersion) {
    /** Properties of components; the values are "name version". */
    public static final String SOURCE_PROPERTY = "keelson:source";

    private static final JsonFactory JSON = new JsonFactory();

    public Sbom {
        packages = List.copyOf(packages);
    }

    /** Writes the document; the same release gives the same bytes. */
    public void write(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("bomFormat", "CycloneDX");
            json.writeStringProperty("specVersion", "1.6");
            UUID serial = UUID.nameUUIDFromBytes(rootHash.getBytes(StandardCharsets.US_ASCII));
            json.writeStringProperty("serialNumber", "urn:uuid:" + serial);
            json.writeNumberProperty("version", 1);
            json.writeObjectPropertyStart("metadata");
            json.writeStringProperty("timestamp", time.toString());
            json.writeName("component");
            component(json, "operating-system", "keelson", version.text());
            json.writeEndObject();
            json.writeEndObject();
            json.writeArrayPropertyStart("components");
            for (PackageFacts each : packages) {
                component(json, each);
            }
            if (javaVersion.isPresent()) {
                component(json, "platform", "openjdk", javaVersion.get());
                url(json, PackageUrl.generic("openjdk", javaVersion.get()));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void component(JsonGenerator json, PackageFacts each) {
        component(json, "library", each.locked().name(), each.locked().id().version());
        url(json, PackageUrl.of(each.locked()));
        json.writeArrayPropertyStart("hashes");
        json.writeStartObject();
        json.writeStringProperty("alg", "SHA-256");
        json.writeStringProperty("content", each.locked().digest().sha256());
        json.writeEndObject();
        json.writeEndArray();
        licences(json, each.licences());
        json.writeArrayPropertyStart("properties");
        json.writeStartObject();
        json.writeStringProperty("name", SOURCE_PROPERTY);
        json.writeStringProperty("value", each.source().name() + " " + each.source().version());
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    /** By identifier where SPDX has one; a reader must not take other names for identifiers. */
    private static void licences(JsonGenerator json, List<String> licences) {
        if (licences.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("licenses");
        for (String licence : licences) {
            json.writeStartObject();
            json.writeObjectPropertyStart("license");
            Optional<String> id = CopyrightFile.spdx(licence);
            json.writeStringProperty(id.isPresent() ? "id" : "name", id.orElse(licence));
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void component(
            JsonGenerator json, String type, String name, String componentVersion) {
        json.writeStartObject();
        json.writeStringProperty("type", type);
        json.writeStringProperty("name", name);
        json.writeStringProperty("version", componentVersion);
    }

    private static void url(JsonGenerator json, String url) {
        json.writeStringProperty("bom-ref", url);
        json.writeStringProperty("purl", url);
    }
}
