package io.keelson.cli.release;

import io.keelson.channels.Artifact;
import io.keelson.channels.ReleaseManifest;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.payload.downgrade.DowngradeStatement;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What a maintainer wants to allow.
 *
 * @param from versions, or the word {@code any} alone
 */
public record DowngradeRequest(String channel, List<String> from, Duration validity) {
    private static final String ANY = "any";

    /** The statement about the release in a build's directory. */
    public DowngradeStatement statement(Path directory, InstantSource clock) throws IOException {
        ReleaseManifest manifest;
        try (InputStream in = Files.newInputStream(directory.resolve("release.json"))) {
            manifest = ReleaseManifest.read(in);
        }
        Optional<Artifact> payload = manifest.payload();
        if (payload.isEmpty()) {
            throw new CommandFailure(
                    directory
                            + "/release.json names no payload; name the directory the release was"
                            + " published from");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        try {
            return new DowngradeStatement(
                    channel,
                    from(manifest.version()),
                    manifest.version(),
                    payload.get().sha256(),
                    now,
                    now.plus(validity));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("no such statement can be made: " + e.getMessage(), e);
        }
    }

    private SortedSet<ReleaseVersion> from(ReleaseVersion to) {
        SortedSet<ReleaseVersion> versions =
                DowngradeStatement.from(from.equals(List.of(ANY)) ? List.of() : from);
        if (!versions.isEmpty() && !versions.first().isNewerThan(to)) {
            throw new IllegalArgumentException(
                    "%s is not newer than %s, so hosts on it need no statement"
                            .formatted(versions.first(), to));
        }
        return versions;
    }
}
