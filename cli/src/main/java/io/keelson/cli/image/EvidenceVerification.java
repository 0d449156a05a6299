package io.keelson.cli.image;

import io.keelson.channels.Artifact;
import io.keelson.channels.PackageVersion;
import io.keelson.channels.ReleaseManifest;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.image.evidence.Envelope;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;
import io.keelson.payload.PayloadCheck;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.apply.ContentCheck;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that a release's documents speak of this release, and who signed them. */
public final class EvidenceVerification {
    private static final int DOCUMENT_BYTES_MAX = 64 << 20;
    private static final String STATEMENT = "provenance.intoto.json";
    private static final String ENVELOPE = "provenance.dsse.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path directory;
    private final ReleaseManifest release;
    private final List<Path> keys;
    private final List<String> checked = new ArrayList<>();

    /**
     * Of an output directory.
     *
     * @param keys public update keys; without any, signatures are not looked at
     */
    public EvidenceVerification(Path directory, ReleaseManifest release, List<Path> keys) {
        this.directory = directory;
        this.release = release;
        this.keys = List.copyOf(keys);
    }

    /** Returns one line per thing that holds; the first that does not is a failure. */
    public List<String> run() throws IOException {
        for (Map.Entry<String, Artifact> file : release.files().entrySet()) {
            Artifact found = artifact(directory.resolve(file.getKey()));
            if (!found.equals(file.getValue())) {
                throw wrong(file.getKey() + " is not the file that release.json names");
            }
        }
        if (!release.files().isEmpty()) {
            checked.add(
                    "release.json: size and SHA-256 of "
                            + String.join(", ", release.files().keySet()));
        }
        Lock lock = lock();
        billOfMaterials(lock);
        provenance();
        if (!keys.isEmpty()) {
            signatures();
        }
        return List.copyOf(checked);
    }

    private Lock lock() throws IOException {
        Lock lock;
        try (InputStream in = Files.newInputStream(directory.resolve("packages.lock"))) {
            lock = Lock.read(in);
        }
        List<PackageVersion> locked =
                lock.packages().stream()
                        .map(each -> new PackageVersion(each.name(), each.id().version()))
                        .toList();
        if (!locked.equals(release.packages())) {
            throw wrong("packages.lock and release.json name different packages");
        }
        checked.add("packages.lock: the " + locked.size() + " packages of release.json");
        return lock;
    }

    private void billOfMaterials(Lock lock) throws IOException {
        JsonNode sbom = json("sbom.cdx.json");
        if (!sbom.path("bomFormat").asString("").equals("CycloneDX")) {
            throw wrong("sbom.cdx.json is not a CycloneDX document");
        }
        Set<String> described = new HashSet<>();
        for (JsonNode component : sbom.path("components")) {
            described.add(
                    component.path("name").asString("")
                            + " "
                            + component.path("version").asString("")
                            + " "
                            + component.path("hashes").path(0).path("content").asString(""));
        }
        for (LockedPackage each : lock.packages()) {
            if (!described.contains(each.id() + " " + each.digest().sha256())) {
                throw wrong("sbom.cdx.json does not list " + each.id() + " as it is locked");
            }
        }
        checked.add("sbom.cdx.json: every package of the lock, with its hash");
    }

    private void provenance() throws IOException {
        if (Files.notExists(directory.resolve(STATEMENT))) {
            if (release.files().containsKey(STATEMENT)) {
                throw wrong(STATEMENT + " is missing");
            }
            return;
        }
        Set<String> named = new HashSet<>();
        for (JsonNode subject : json(STATEMENT).path("subject")) {
            String name = subject.path("name").asString("");
            named.add(name);
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
                throw wrong(STATEMENT + " speaks of \"" + name + "\", which is no file here");
            }
            String digest = subject.path("digest").path("sha256").asString("");
            if (!artifact(directory.resolve(name)).sha256().equals(digest)) {
                throw wrong(STATEMENT + " speaks of another " + name);
            }
        }
        if (!named.containsAll(List.of("usr.erofs", "uki.efi", "packages.lock"))) {
            throw wrong(STATEMENT + " does not speak of the image");
        }
        checked.add(STATEMENT + ": speaks of these " + named.size() + " files");
    }

    private void signatures() throws IOException {
        TrustedKeys trusted = TrustedKeys.ofFiles(keys, 1);
        if (Files.exists(directory.resolve(ENVELOPE))) {
            byte[] statement = opened(read(ENVELOPE), trusted.keys());
            if (!Arrays.equals(statement, read(STATEMENT))) {
                throw wrong(ENVELOPE + " signs another statement than " + STATEMENT);
            }
            checked.add(ENVELOPE + ": signed by a trusted key");
        }
        if (release.payload().isPresent()) {
            switch (ContentCheck.verify(directory.resolve("update.payload"), trusted)) {
                case PayloadCheck.Verdict.Trusted _ ->
                        checked.add(
                                "update.payload: signed by a trusted key, every operation's hash");
                case PayloadCheck.Verdict.Refused(_, String reason) ->
                        throw wrong("update.payload is refused: " + reason);
            }
        }
    }

    private static byte[] opened(byte[] envelope, List<PublicKey> trusted) throws IOException {
        IOException refusal = new IOException("no key is trusted");
        for (PublicKey key : trusted) {
            try {
                return Envelope.open(envelope, key);
            } catch (IOException e) {
                refusal = e;
            }
        }
        throw refusal;
    }

    private JsonNode json(String name) throws IOException {
        try {
            return JSON.readTree(read(name));
        } catch (JacksonException e) {
            throw new CommandFailure(name + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private byte[] read(String name) throws IOException {
        try (InputStream in = Files.newInputStream(directory.resolve(name))) {
            byte[] bytes = in.readNBytes(DOCUMENT_BYTES_MAX + 1);
            if (bytes.length > DOCUMENT_BYTES_MAX) {
                throw wrong(name + " is larger than " + DOCUMENT_BYTES_MAX + " bytes");
            }
            return bytes;
        }
    }

    private static Artifact artifact(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return new Artifact(Files.size(file), HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private CommandFailure wrong(String what) {
        return new CommandFailure(
                what + ": the image in " + directory + " was changed after it was built");
    }
}
