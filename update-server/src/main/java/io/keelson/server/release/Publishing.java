package io.keelson.server.release;

import io.keelson.channels.Artifact;
import io.keelson.channels.ReleaseManifest;
import io.keelson.disk.gpt.RootHash;
import io.keelson.payload.PayloadCheck;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.TrustedKeys;
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
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes a release in: first its manifest, then its payload.
 *
 * <p>Invariant: a published release has a payload file that a trusted key signed and that is what
 * the manifest describes. A refused payload leaves nothing behind, not even the manifest.
 */
@Component
class Publishing {
    private static final Logger log = LoggerFactory.getLogger(Publishing.class);
    private static final int MANIFEST_BYTES_MAX = 4 << 20;

    private final ReleaseStore releases;
    private final PayloadDirectory directory;
    private final TrustedKeys keys;
    private final InstantSource clock;

    // One payload at a time: publishing is rare, and two of one version must not interleave.
    private final ReentrantLock oneAtATime = new ReentrantLock();

    Publishing(
            ReleaseStore releases,
            PayloadDirectory directory,
            TrustedKeys keys,
            InstantSource clock) {
        this.releases = releases;
        this.directory = directory;
        this.keys = keys;
        this.clock = clock;
    }

    StoredRelease announce(String version, InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MANIFEST_BYTES_MAX + 1);
        if (bytes.length > MANIFEST_BYTES_MAX) {
            throw invalidManifest("it is larger than " + MANIFEST_BYTES_MAX + " bytes");
        }
        StoredRelease announced = release(parse(bytes));
        if (!announced.version().equals(version)) {
            throw invalidManifest("it describes release " + announced.version());
        }
        oneAtATime.lock();
        try {
            Optional<StoredRelease> published =
                    releases.find(version).filter(StoredRelease::isPublished);
            if (published.isPresent()) {
                return same(published.get(), announced);
            }
            releases.announce(announced, new String(bytes, StandardCharsets.UTF_8));
            return announced;
        } finally {
            oneAtATime.unlock();
        }
    }

    StoredRelease publish(String version, InputStream body) throws IOException {
        oneAtATime.lock();
        try {
            StoredRelease announced = find(version);
            Path received = directory.newIncoming();
            try {
                String sha1 = receive(body, received, announced);
                SortedSet<String> capabilities = requireTrusted(received, announced);
                if (!announced.isPublished()) {
                    directory.accept(received, announced.payloadName());
                    releases.publish(
                            version, new ReleaseStore.Payload(sha1, capabilities), clock.instant());
                    log.info(
                            "release published version={} bytes={} sha256={}",
                            version,
                            announced.payloadSizeBytes(),
                            announced.payloadSha256());
                }
                return find(version);
            } catch (ApiProblem refused) {
                releases.forgetUnpublished(version);
                throw refused;
            } finally {
                Files.deleteIfExists(received);
            }
        } finally {
            oneAtATime.unlock();
        }
    }

    StoredRelease find(String version) {
        return releases.find(version)
                .orElseThrow(() ->
                        new ApiProblem(
                                HttpStatus.NOT_FOUND,
                                "unknown-release",
                                "release "
                                        + version
                                        + " is not known here; send its manifest first"));
    }

    private static String receive(InputStream body, Path target, StoredRelease announced)
            throws IOException {
        long size = announced.payloadSizeBytes();
        var received = new PayloadIntake().receive(body, target, size);
        if (received.sizeBytes() != size) {
            String than =
                    received.sizeBytes() > size
                            ? "is larger than"
                            : "has " + received.sizeBytes() + " of";
            throw mismatch(announced, than + " the " + size + " bytes its manifest names");
        }
        if (!received.sha256Hex().equals(announced.payloadSha256())) {
            throw mismatch(
                    announced,
                    "has SHA-256 "
                            + received.sha256Hex()
                            + ", its manifest names "
                            + announced.payloadSha256());
        }
        return received.sha1Base64();
    }

    private static ApiProblem mismatch(StoredRelease announced, String what) {
        return new ApiProblem(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "payload-mismatch",
                "the payload of release " + announced.version() + " " + what);
    }

    private SortedSet<String> requireTrusted(Path payload, StoredRelease announced)
            throws IOException {
        return switch (PayloadCheck.verify(payload, keys)) {
            case PayloadCheck.Verdict.Refused(int code, String reason) ->
                    throw new ApiProblem(
                            HttpStatus.UNPROCESSABLE_CONTENT,
                            "untrusted-payload",
                            "the payload of release "
                                    + announced.version()
                                    + " is refused: "
                                    + reason
                                    + " (error "
                                    + code
                                    + ")");
            case PayloadCheck.Verdict.Trusted(PayloadSummary summary) -> {
                requireDescribed(summary, announced);
                yield DeltaCheck.capabilities(summary);
            }
        };
    }

    /** A signed payload under another release's name would turn an update into a downgrade. */
    private static void requireDescribed(PayloadSummary summary, StoredRelease announced) {
        requireSame("is release", summary.version(), announced.version(), announced);
        String rootHash = summary.rootHash().map(RootHash::hex).orElse("(none)");
        requireSame("has root hash", rootHash, announced.rootHash(), announced);
    }

    private static void requireSame(
            String what, String found, String expected, StoredRelease announced) {
        if (!found.equals(expected)) {
            throw mismatch(announced, what + " " + found + ", its manifest names " + expected);
        }
    }

    private static StoredRelease same(StoredRelease published, StoredRelease announced) {
        if (published.payloadSha256().equals(announced.payloadSha256())
                && published.rootHash().equals(announced.rootHash())) {
            return published;
        }
        throw new ApiProblem(
                HttpStatus.CONFLICT,
                "already-published",
                "release "
                        + published.version()
                        + " is published with another payload; give the new one a new version");
    }

    private static ReleaseManifest parse(byte[] bytes) {
        try {
            return ReleaseManifest.read(new ByteArrayInputStream(bytes));
        } catch (IOException | IllegalArgumentException e) {
            throw invalidManifest(e.getMessage() + "");
        }
    }

    private StoredRelease release(ReleaseManifest manifest) {
        Artifact payload =
                manifest.payload().orElseThrow(() -> invalidManifest("it describes no payload"));
        return new StoredRelease(
                manifest.version().text(),
                manifest.arch(),
                manifest.rootHash().hex(),
                payload.sizeBytes(),
                payload.sha256(),
                "",
                new TreeSet<>(),
                clock.instant(),
                Optional.empty());
    }

    private static ApiProblem invalidManifest(String why) {
        return new ApiProblem(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "invalid-manifest",
                "the release manifest is refused: " + why);
    }
}
