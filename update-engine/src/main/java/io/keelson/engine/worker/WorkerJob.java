package io.keelson.engine.worker;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.config.ConnectionSettings;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.json.JsonText;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.json.OfferJson;
import io.keelson.etcd.TlsFiles;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is to be installed and how. The settings come along, since their files may have changed, or
 * broken, since keelsond read them.
 *
 * @param settings under which the offer was made
 */
public record WorkerJob(Offer offer, ReleaseVersion running, Settings settings) {
    /**
     * What an installation needs of the host's settings.
     *
     * @param tries boots the new release gets to prove itself
     */
    public record Settings(URI server, ConnectionSettings connection, int tries) {}

    /** One line, without its end. */
    String line() {
        ConnectionSettings way = settings.connection();
        Optional<TlsFiles.ClientIdentity> own = way.tls().client();
        JsonObject json =
                JsonObject.empty()
                        .with("offer", OfferJson.write(offer))
                        .with("running", running.text())
                        .with("tries", settings.tries())
                        .with("server", settings.server())
                        .with("appId", way.appId())
                        .with("authority", way.tls().authority())
                        .with("certificate", own.map(TlsFiles.ClientIdentity::certificate))
                        .with("key", own.map(TlsFiles.ClientIdentity::key))
                        .with("proxy", way.proxy())
                        .with("noProxy", way.noProxy());
        return new String(JsonText.write(json), StandardCharsets.UTF_8);
    }

    static WorkerJob of(String line) throws IOException {
        JsonObject json = JsonText.read(line.getBytes(StandardCharsets.UTF_8));
        try {
            return new WorkerJob(
                    OfferJson.read(json),
                    new ReleaseVersion(json.text("running")),
                    new Settings(
                            URI.create(json.text("server")),
                            connection(json),
                            (int) json.number("tries")));
        } catch (IllegalArgumentException e) {
            throw new IOException("the job is unusable: " + e.getMessage(), e);
        }
    }

    private static ConnectionSettings connection(JsonObject json) throws IOException {
        Optional<Path> certificate = json.optionalText("certificate").map(Path::of);
        Optional<TlsFiles.ClientIdentity> own =
                certificate.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new TlsFiles.ClientIdentity(
                                        certificate.get(), Path.of(json.text("key"))));
        return new ConnectionSettings(
                json.text("appId"),
                new TlsFiles(json.optionalText("authority").map(Path::of), own),
                json.optionalText("proxy").map(URI::create),
                json.texts("noProxy"));
    }
}
