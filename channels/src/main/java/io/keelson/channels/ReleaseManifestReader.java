package io.keelson.channels;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads release.json: strict about the fields it needs, blind to the others. */
final class ReleaseManifestReader {
    static final int DOCUMENT_BYTES_MAX = 8 << 20;
    static final int PACKAGES_MAX = 20_000;
    static final int PCRS_MAX = 64;
    private static final int STRING_CHARACTERS_MAX = 4096;
    private static final int NESTING_MAX = 16;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxDocumentLength(DOCUMENT_BYTES_MAX)
                                    .maxNestingDepth(NESTING_MAX)
                                    .maxStringLength(STRING_CHARACTERS_MAX)
                                    .maxNameLength(STRING_CHARACTERS_MAX)
                                    .maxNumberLength(32)
                                    .build())
                    .build();

    private final JsonParser json;
    private @Nullable String version;
    private @Nullable String arch;
    private @Nullable String rootHash;
    private @Nullable Artifact usr;
    private @Nullable Artifact uki;
    private @Nullable Artifact payload;
    private @Nullable SortedMap<String, String> pcrs;
    private @Nullable List<PackageVersion> packages;
    private final SortedMap<String, Artifact> files = new TreeMap<>();

    private ReleaseManifestReader(JsonParser json) {
        this.json = json;
    }

    static ReleaseManifest read(InputStream in) throws IOException {
        // Jackson counts the document per buffer it loads, so the limit is enforced here as well.
        byte[] document = in.readNBytes(DOCUMENT_BYTES_MAX + 1);
        if (document.length > DOCUMENT_BYTES_MAX) {
            throw new IOException(
                    "the release manifest is larger than " + DOCUMENT_BYTES_MAX + " bytes");
        }
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), document)) {
            return new ReleaseManifestReader(json).manifest();
        } catch (JacksonException e) {
            throw new IOException(
                    "the release manifest is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("the release manifest is not valid: " + e.getMessage(), e);
        }
    }

    private ReleaseManifest manifest() {
        json.nextToken();
        object("the document", this::field);
        if (json.nextToken() != null) {
            throw new IllegalArgumentException("something follows the document");
        }
        return new ReleaseManifest(
                new ReleaseVersion(required("version", version)),
                required("arch", arch),
                new RootHash(required("rootHash", rootHash)),
                required("usr", usr),
                required("uki", uki),
                Optional.ofNullable(payload),
                required("pcrs", pcrs),
                required("packages", packages),
                files);
    }

    private void field(String name) {
        switch (name) {
            case "version" -> version = text(name);
            case "arch" -> arch = text(name);
            case "rootHash" -> rootHash = text(name);
            case "usr" -> usr = artifact(name);
            case "uki" -> uki = artifact(name);
            case "payload" -> payload = artifact(name);
            case "pcrs" -> pcrs = registers(name);
            case "packages" -> packages = packageVersions(name);
            case "files" -> object(name, file -> addFile(name + "." + file, file));
            default -> json.skipChildren();
        }
    }

    private void addFile(String field, String file) {
        if (files.size() == ReleaseManifest.FILES_MAX) {
            throw new IllegalArgumentException("more than " + ReleaseManifest.FILES_MAX + " files");
        }
        files.put(file, artifact(field));
    }

    private Artifact artifact(String name) {
        long[] size = {0};
        String[] sha256 = {""};
        object(
                name,
                field -> {
                    switch (field) {
                        case "size" -> size[0] = number(name + ".size");
                        case "sha256" -> sha256[0] = text(name + ".sha256");
                        default -> json.skipChildren();
                    }
                });
        try {
            return new Artifact(size[0], sha256[0]);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private SortedMap<String, String> registers(String name) {
        SortedMap<String, String> registers = new TreeMap<>();
        object(
                name,
                register -> {
                    limit(name, registers.size(), PCRS_MAX);
                    registers.put(register, text(name + "." + register));
                });
        return registers;
    }

    private List<PackageVersion> packageVersions(String name) {
        expect(name, JsonToken.START_ARRAY, "an array");
        List<PackageVersion> versions = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            limit(name, versions.size(), PACKAGES_MAX);
            versions.add(packageVersion(name + "[" + versions.size() + "]"));
        }
        return versions;
    }

    private PackageVersion packageVersion(String where) {
        String[] values = {"", ""};
        object(
                where,
                field -> {
                    switch (field) {
                        case "name" -> values[0] = text(where + ".name");
                        case "version" -> values[1] = text(where + ".version");
                        default -> json.skipChildren();
                    }
                });
        return new PackageVersion(values[0], values[1]);
    }

    /** Calls the reader for every field, with the parser on the field's value. */
    private void object(String where, FieldReader fields) {
        expect(where, JsonToken.START_OBJECT, "an object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            fields.read(name);
        }
    }

    private String text(String where) {
        expect(where, JsonToken.VALUE_STRING, "a string");
        return json.getString();
    }

    private long number(String where) {
        expect(where, JsonToken.VALUE_NUMBER_INT, "a whole number");
        return json.getLongValue();
    }

    private void expect(String where, JsonToken token, String what) {
        if (json.currentToken() != token) {
            throw new IllegalArgumentException(where + " is not " + what);
        }
    }

    private static void limit(String where, int size, int max) {
        if (size == max) {
            throw new IllegalArgumentException(where + " has more than " + max + " entries");
        }
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("the field " + name + " is missing");
        }
        return value;
    }

    @FunctionalInterface
    private interface FieldReader {
        void read(String name);
    }
}
