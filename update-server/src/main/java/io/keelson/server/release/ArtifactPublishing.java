package io.keelson.server.release;

import io.keelson.channels.ReleaseManifest;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.index.ChunkIndex;
import io.keelson.payload.manifest.Sha256;
import io.keelson.server.api.ApiProblem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes in what makes a published release cheaper to fetch.
 *
 * <p>Invariant: a delta that is offered leads, by signed metadata, to exactly the root hash of its
 * release, and starts from a release that is published here, which is how a host that announces its
 * root hash is found to be one for it.
 */
@Component
class ArtifactPublishing {
    private static final Logger log = LoggerFactory.getLogger(ArtifactPublishing.class);

    /** What a host announces that can use an index. */
    private static final String CHUNK_INDEX = "chunk-index";

    /** Hexadecimal digits of a file's hash that tell two deltas of the same releases apart. */
    private static final int NAME_DIGITS = 12;

    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final PayloadDirectory directory;
    private final TrustedKeys keys;
    private final InstantSource clock;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    ArtifactPublishing(
            ReleaseStore releases,
            ArtifactStore artifacts,
            PayloadDirectory directory,
            TrustedKeys keys,
            InstantSource clock) {
        this.releases = releases;
        this.artifacts = artifacts;
        this.directory = directory;
        this.keys = keys;
        this.clock = clock;
    }

    /** Receives a file and says what it is. */
    @FunctionalInterface
    private interface Judge {
        StoredArtifact judge(Path file, PayloadIntake.Received received) throws IOException;
    }

    StoredArtifact addDelta(String version, InputStream body) throws IOException {
        StoredRelease release = published(version);
        return add(release, body, (file, received) -> delta(release, file, received));
    }

    /** Takes the chunk index whose hash the release's signed manifest states. */
    StoredArtifact addIndex(String version, InputStream body) throws IOException {
        StoredRelease release = published(version);
        return add(release, body, (file, received) -> index(release, received));
    }

    private StoredArtifact add(StoredRelease release, InputStream body, Judge judge)
            throws IOException {
        oneAtATime.lock();
        try {
            Path received = directory.newIncoming();
            try {
                long sizeMax = release.payloadSizeBytes() - 1;
                var intake = new PayloadIntake().receive(body, received, sizeMax);
                if (intake.sizeBytes() > sizeMax) {
                    throw refused(
                            release,
                            "it is no smaller than the full payload of "
                                    + release.payloadSizeBytes()
                                    + " bytes");
                }
                return keep(received, judge.judge(received, intake));
            } finally {
                Files.deleteIfExists(received);
            }
        } finally {
            oneAtATime.unlock();
        }
    }

    private StoredArtifact keep(Path received, StoredArtifact artifact) throws IOException {
        for (StoredArtifact known : artifacts.of(artifact.version())) {
            if (known.isForSameHostsAs(artifact)) {
                if (known.sha256().equals(artifact.sha256())) {
                    return known;
                }
                throw new ApiProblem(
                        HttpStatus.CONFLICT,
                        "already-published",
                        "release "
                                + artifact.version()
                                + " has another "
                                + artifact.kind().text()
                                + " for the same hosts: "
                                + known.name());
            }
        }
        directory.accept(received, artifact.name());
        artifacts.add(artifact);
        log.info(
                "artifact published version={} name={} bytes={} capabilities={}",
                artifact.version(),
                artifact.name(),
                artifact.sizeBytes(),
                artifact.capabilities());
        return artifact;
    }

    private StoredArtifact delta(StoredRelease release, Path file, PayloadIntake.Received received)
            throws IOException {
        return switch (DeltaCheck.judge(file, keys)) {
            case DeltaCheck.Verdict.Refused(String reason) -> throw refused(release, reason);
            case DeltaCheck.Verdict.Trusted delta -> {
                requireSame(release, "release", delta.version(), release.version());
                requireSame(release, "root hash", delta.rootHash(), release.rootHash());
                StoredRelease source = source(release, delta);
                yield new StoredArtifact(
                        release.version(),
                        "keelson-%s-from-%s-%s.payload"
                                .formatted(
                                        release.version(),
                                        source.version(),
                                        received.sha256Hex().substring(0, NAME_DIGITS)),
                        StoredArtifact.Kind.DELTA,
                        source.version(),
                        source.rootHash(),
                        delta.capabilities(),
                        received.sizeBytes(),
                        received.sha256Hex(),
                        clock.instant());
            }
        };
    }

    private StoredArtifact index(StoredRelease release, PayloadIntake.Received received)
            throws IOException {
        Path payload = directory.payload(release.payloadName());
        String expected = DeltaCheck.chunkIndex(payload, keys).map(Sha256::hex).orElse("none");
        requireSame(release, "the index with SHA-256", received.sha256Hex(), expected);
        return new StoredArtifact(
                release.version(),
                release.payloadName() + ChunkIndex.SUFFIX,
                StoredArtifact.Kind.CHUNK_INDEX,
                "",
                "",
                new TreeSet<>(Set.of(CHUNK_INDEX)),
                received.sizeBytes(),
                received.sha256Hex(),
                clock.instant());
    }

    private StoredRelease source(StoredRelease release, DeltaCheck.Verdict.Trusted delta)
            throws IOException {
        for (StoredRelease candidate : releases.list()) {
            Optional<String> manifest = releases.manifest(candidate.version());
            if (candidate.isPublished()
                    && manifest.isPresent()
                    && delta.startsFrom(parse(manifest.get()))) {
                return candidate;
            }
        }
        throw refused(
                release,
                "it starts from a /usr with SHA-256 "
                        + delta.usr().hex()
                        + ", which no release published here has; publish that release first");
    }

    private static ReleaseManifest parse(String manifest) throws IOException {
        return ReleaseManifest.read(
                new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)));
    }

    private StoredRelease published(String version) {
        return releases.find(version)
                .filter(StoredRelease::isPublished)
                .orElseThrow(() ->
                        new ApiProblem(
                                HttpStatus.NOT_FOUND,
                                "unknown-release",
                                "release " + version + " is not published here"));
    }

    private static void requireSame(
            StoredRelease release, String what, String found, String expected) {
        if (!found.equals(expected)) {
            throw refused(
                    release, "it leads to " + what + " " + found + ", the release has " + expected);
        }
    }

    private static ApiProblem refused(StoredRelease release, String reason) {
        return new ApiProblem(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "unusable-artifact",
                "the file for release " + release.version() + " is refused: " + reason);
    }
}
