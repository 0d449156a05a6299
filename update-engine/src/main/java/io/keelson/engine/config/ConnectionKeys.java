package io.keelson.engine.config;

import io.keelson.etcd.TlsFiles;
import io.keelson.omaha.AppId;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys about the way to the update server. */
final class ConnectionKeys {
    static final Map<String, String> DEFAULTS =
            Map.of(
                    "APP_ID", AppId.KEELSON,
                    "SERVER_CA_FILE", "",
                    "SERVER_CERT_FILE", "",
                    "SERVER_KEY_FILE", "",
                    "PROXY", "",
                    "NO_PROXY", "");

    private static final Set<String> PROXY_SCHEMES = Set.of("http", "socks5");

    private ConnectionKeys() {}

    static ConnectionSettings read(Values values) throws ConfigException {
        String appId = values.text("APP_ID");
        if (!appId.matches("\\{?[0-9A-Za-z._-]{1,64}\\}?")) {
            throw new ConfigException(
                    "APP_ID=" + appId + " is not an application's id, such as " + AppId.KEELSON);
        }
        Optional<Path> certificate = values.file("SERVER_CERT_FILE");
        Optional<Path> key = values.file("SERVER_KEY_FILE");
        if (certificate.isPresent() != key.isPresent()) {
            throw new ConfigException(
                    "SERVER_CERT_FILE and SERVER_KEY_FILE are set together or not at all");
        }
        return new ConnectionSettings(
                appId,
                new TlsFiles(
                        values.file("SERVER_CA_FILE"),
                        certificate.map(own -> new TlsFiles.ClientIdentity(own, key.get()))),
                proxy(values.text("PROXY")),
                values.words("NO_PROXY"));
    }

    private static Optional<URI> proxy(String text) throws ConfigException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            var proxy = new URI(text);
            String scheme = proxy.getScheme() == null ? "" : proxy.getScheme();
            if (scheme.equals("socks5") && proxy.getUserInfo() != null) {
                throw new ConfigException("PROXY: a user and a password work with http:// only");
            }
            if (PROXY_SCHEMES.contains(scheme)
                    && proxy.getHost() != null
                    && proxy.getPort() > 0
                    && Values.isPort(proxy.getPort())) {
                return Optional.of(proxy);
            }
        } catch (URISyntaxException _) {
            // Falls through to the one sentence below, which says more than the parser's index.
        }
        throw new ConfigException(
                "PROXY is not of the form http://[user:password@]host:port or socks5://host:port");
    }
}
