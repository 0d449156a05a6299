package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.channels.Artifact;
import io.keelson.channels.ReleaseManifest;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;
import io.keelson.omaha.AppId;
import io.keelson.omaha.OmahaEvent;
import io.keelson.omaha.OmahaOs;
import io.keelson.omaha.OmahaRequest;
import io.keelson.omaha.OmahaXml;
import io.keelson.omaha.RequestApp;
import io.keelson.omaha.UpdateCheck;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;
import io.keelson.payload.generate.WriteProgress;
import io.keelson.payload.manifest.Sha256;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A server on a free loopback port, with its own data directory and signed payloads. */
public final class ServerFixture implements AutoCloseable {
    public static final KeyPair TRUSTED = keyPair();
    public static final KeyPair ROGUE = keyPair();
    public static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    public static final String MACHINE = "0123456789abcdef0123456789abcdef";

    /** What a host must announce to be given a full payload. */
    public static final List<String> FULL_PAYLOADS = List.of("zstd", "zstd-history");

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final ServerOptions options;
    private final HttpClient http = HttpClient.newHttpClient();
    private RunningServer server;

    public ServerFixture(Path directory) throws Exception {
        this.directory = directory;
        options =
                new ServerOptions(
                        "127.0.0.1",
                        0,
                        directory.resolve("data"),
                        List.of(publicKey(directory, TRUSTED)),
                        Optional.empty());
        server = RunningServer.start(options, InstantSource.fixed(NOW));
    }

    public void restart() throws Exception {
        server.close();
        server = RunningServer.start(options, InstantSource.fixed(NOW));
    }

    public URI uri(String path) {
        return server.uri().resolve(path);
    }

    public Path data() {
        return options.data();
    }

    /** A payload on disk and the manifest that describes it. */
    public record Release(String version, Path payload, String manifest) {}

    /** A release of a few kilobytes, signed with {@code key}. */
    public Release release(String version, KeyPair key) throws Exception {
        return release(version, version, key);
    }

    public Release release(String version, String payloadVersion, KeyPair key) throws Exception {
        return release(version, payloadVersion, usr(version), key);
    }

    /** A release whose {@code /usr} is {@code content}, whole blocks of 4096 bytes. */
    public Release release(String version, byte[] content, KeyPair key) throws Exception {
        return release(version, version, content, key);
    }

    /** A release that nothing can compress, so that any client can apply its payload. */
    public Release plainRelease(String version) throws Exception {
        var random = new Random(version.hashCode());
        byte[] usr = new byte[8 * 4096];
        byte[] uki = new byte[2 * 4096];
        random.nextBytes(usr);
        random.nextBytes(uki);
        return release(version, version, usr, uki, TRUSTED);
    }

    private Release release(String version, String payloadVersion, byte[] content, KeyPair key)
            throws Exception {
        return release(version, payloadVersion, content, new byte[5000], key);
    }

    private Release release(
            String version, String payloadVersion, byte[] content, byte[] image, KeyPair key)
            throws Exception {
        Path usr = Files.write(directory.resolve("usr-" + version), content);
        Path uki = Files.write(directory.resolve("uki-" + version), image);
        Path payload = directory.resolve(version + ".payload");
        RootHash rootHash = rootHash(version);
        PayloadSpec spec =
                new PayloadSpec(new ReleaseVersion(payloadVersion), usr, rootHash, "00", uki, 3);
        PayloadSummary summary =
                PayloadWriter.write(spec, key.getPrivate(), payload, WriteProgress.NONE);
        Artifact file = new Artifact(summary.file().sizeBytes(), summary.file().sha256().hex());
        ReleaseManifest manifest =
                new ReleaseManifest(
                        new ReleaseVersion(version),
                        "amd64",
                        rootHash,
                        artifact(content),
                        artifact(image),
                        Optional.of(file),
                        new TreeMap<>(),
                        List.of());
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        manifest.write(json);
        return new Release(version, payload, json.toString(StandardCharsets.UTF_8));
    }

    /** Not the real one, which nobody here looks for. */
    public static RootHash rootHash(String version) {
        return new RootHash("%064x".formatted(version.hashCode()));
    }

    /** The content of {@code /usr} of a release of a few kilobytes. */
    public static byte[] usr(String version) {
        byte[] content = new byte[8 * 4096];
        Arrays.fill(content, (byte) version.hashCode());
        return content;
    }

    private static Artifact artifact(byte[] content) {
        return new Artifact(content.length, Sha256.of(Sha256.digest(content)).hex());
    }

    /** Sends both parts of a release and returns the answer to the second. */
    public HttpResponse<String> send(Release release) throws Exception {
        String path = "/api/releases/" + release.version();
        assertThat(put(path + "/manifest", BodyPublishers.ofString(release.manifest())))
                .extracting(HttpResponse::statusCode)
                .isEqualTo(200);
        return put(path + "/payload", BodyPublishers.ofFile(release.payload()));
    }

    /** Publishes a release and points the channel {@code demo} at it. */
    public void publish(String version) throws Exception {
        assertThat(send(release(version, TRUSTED)).statusCode()).isEqualTo(200);
        promote("demo", version);
    }

    public void promote(String channel, String version) throws Exception {
        HttpResponse<String> promoted =
                put(
                        "/api/channels/" + channel,
                        BodyPublishers.ofString("{\"version\":\"" + version + "\"}"));
        assertThat(promoted.statusCode()).as(promoted.body()).isEqualTo(200);
    }

    public HttpResponse<String> put(String path, BodyPublisher body) throws Exception {
        return exchange(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .PUT(body));
    }

    public HttpResponse<String> post(String path, byte[] body) throws Exception {
        return exchange(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofByteArray(body)));
    }

    public HttpResponse<String> post(String path, String body) throws Exception {
        return exchange(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> exchange(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
    }

    public HttpResponse<byte[]> download(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
    }

    public JsonNode json(String path) throws Exception {
        HttpResponse<String> response = exchange(HttpRequest.newBuilder(uri(path)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    public JsonNode host() throws Exception {
        return json("/api/hosts/" + MACHINE);
    }

    public static JsonNode parse(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    /** A host of channel {@code demo} that runs {@code version} since boot {@code boot}. */
    public static RequestApp host(String version, String boot) {
        return new RequestApp(
                AppId.KEELSON,
                version,
                "demo",
                "amd64-usr",
                MACHINE,
                "{" + boot + "}",
                "qemu",
                "1.0.0",
                false,
                false,
                List.of(),
                new RequestApp.Abilities("", FULL_PAYLOADS),
                RequestApp.Labels.NONE);
    }

    public UpdateCheck check(RequestApp host, OmahaEvent... events) throws Exception {
        return send(host.checking(List.of(events)), "scheduler").orElseThrow();
    }

    /** A check after {@code keelson host apply --retry}. */
    public UpdateCheck retry(RequestApp host) throws Exception {
        return send(host.checking(List.of()), "ondemandupdate").orElseThrow();
    }

    public void report(RequestApp host, OmahaEvent... events) throws Exception {
        assertThat(send(host.reporting(List.of(events)), "scheduler")).isEmpty();
    }

    private Optional<UpdateCheck> send(RequestApp app, String installSource) throws Exception {
        ByteArrayOutputStream xml = new ByteArrayOutputStream();
        OmahaOs os = new OmahaOs("Keelson", app.version(), "", "amd64");
        OmahaXml.writeRequest(new OmahaRequest("test", installSource, os, List.of(app)), xml);
        HttpResponse<String> response = post("/v1/update/", xml.toString(StandardCharsets.UTF_8));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        return OmahaXml.readResponse(new ByteArrayInputStream(body))
                .apps()
                .getFirst()
                .updateCheck();
    }

    @Override
    public void close() {
        server.close();
        http.close();
    }

    static Path publicKey(Path directory, KeyPair key) throws IOException {
        String base64 =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(key.getPublic().getEncoded());
        return Files.writeString(
                directory.resolve("update.pub.pem"),
                "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has RSA", e);
        }
    }
}
