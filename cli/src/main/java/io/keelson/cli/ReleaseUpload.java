package io.keelson.cli;

import io.keelson.cli.api.ServerApi;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.TerminalProgress;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A release directory on its way to the update server. */
record ReleaseUpload(ServerApi api, TerminalProgress progress) {
    /** Deltas beside the payload they stand in for. */
    static final String DELTA_GLOB = "update-from-*.payload";

    /** A release.json names a few hundred packages. */
    private static final long RELEASE_BYTES_MAX = 4L << 20;

    /** Uploads what the server does not have yet and returns the version it now has. */
    String publish(Path directory) throws IOException {
        String version = read(directory).path("version").asString("");
        Path payload = directory.resolve("update.payload");
        if (!Files.exists(payload)) {
            throw new CommandFailure(
                    "there is no update.payload in "
                            + directory
                            + ": build it with 'keelson image build --payload'");
        }
        JsonNode known =
                api.putJson(
                        directory.resolve("release.json"), "api", "releases", version, "manifest");
        if (known.path("publishedAt").isString()) {
            return version;
        }
        String step = "uploading the payload of " + version;
        long total = Files.size(payload);
        progress.step(step);
        api.putFile(
                payload,
                sent -> progress.percent(step, sent, total),
                "api",
                "releases",
                version,
                "payload");
        return version;
    }

    /** Uploads one delta to a published release; the answer says what it is. */
    JsonNode addDelta(String version, Path delta) throws IOException {
        if (!Files.exists(delta)) {
            throw new CommandFailure("there is no delta " + delta);
        }
        String step = "uploading the delta " + delta.getFileName();
        long total = Files.size(delta);
        progress.step(step);
        return api.postFile(
                delta,
                sent -> progress.percent(step, sent, total),
                "api",
                "releases",
                version,
                "deltas");
    }

    /** Uploads the chunk index beside the payload, if there is one. */
    boolean addIndex(String version, Path directory) throws IOException {
        Path index = directory.resolve("update.payload.index");
        if (!Files.exists(index)) {
            return false;
        }
        api.putFile(index, sent -> {}, "api", "releases", version, "index");
        return true;
    }

    /** The deltas in a release directory, and those named besides. */
    static List<Path> deltas(Path directory, List<Path> named) throws IOException {
        List<Path> deltas = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, DELTA_GLOB)) {
            found.forEach(deltas::add);
        }
        Collections.sort(deltas);
        named.stream().filter(delta -> !deltas.contains(delta)).forEach(deltas::add);
        return deltas;
    }

    static JsonNode read(Path directory) throws IOException {
        Path file = directory.resolve("release.json");
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    "there is no release.json in "
                            + directory
                            + ": name the output of an image build");
        }
        if (Files.size(file) > RELEASE_BYTES_MAX) {
            throw new CommandFailure(
                    file
                            + " is larger than "
                            + RELEASE_BYTES_MAX
                            + " bytes: it is no release.json");
        }
        return Json.parse(Files.readString(file), file.toString());
    }
}
