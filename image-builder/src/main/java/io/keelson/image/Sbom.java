package io.keelson.image;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
record Sbom(
        ReleaseVersion version,
        String rootHash,
        Instant time,
        Lock lock,
        Optional<String> javaVersion) {
    private static final JsonFactory JSON = new JsonFactory();

    void write(Path file) throws IOException {
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
            for (LockedPackage each : lock.packages()) {
                component(json, each);
            }
            if (javaVersion.isPresent()) {
                component(json, "platform", "openjdk", javaVersion.get());
                purl(json, "pkg:generic/openjdk@" + encoded(javaVersion.get()));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void component(JsonGenerator json, LockedPackage each) {
        component(json, "library", each.name(), each.id().version());
        purl(
                json,
                "pkg:deb/debian/"
                        + encoded(each.name())
                        + "@"
                        + encoded(each.id().version())
                        + "?arch="
                        + each.id().arch());
        json.writeArrayPropertyStart("hashes");
        json.writeStartObject();
        json.writeStringProperty("alg", "SHA-256");
        json.writeStringProperty("content", each.digest().sha256());
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void component(
            JsonGenerator json, String type, String name, String componentVersion) {
        json.writeStartObject();
        json.writeStringProperty("type", type);
        json.writeStringProperty("name", name);
        json.writeStringProperty("version", componentVersion);
    }

    private static void purl(JsonGenerator json, String purl) {
        json.writeStringProperty("bom-ref", purl);
        json.writeStringProperty("purl", purl);
    }

    /** A plus sign is the one character of Debian names and versions that a purl must encode. */
    private static String encoded(String text) {
        return text.replace("+", "%2B");
    }
}
