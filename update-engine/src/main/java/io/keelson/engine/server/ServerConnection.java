package io.keelson.engine.server;

import io.keelson.engine.config.ConnectionSettings;
import io.keelson.etcd.TlsFiles;

import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** HTTP to the update server and its mirrors, as the settings want it. */
public final class ServerConnection {
    private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";

    private ServerConnection() {}

    /**
     * A client with these settings.
     *
     * @param systemAuthorities the certificates that are believed where none are set; the Java
     *     runtime's own if there is no such file
     */
    public static OkHttpClient of(
            OkHttpClient http, URI server, ConnectionSettings settings, Path systemAuthorities)
            throws IOException {
        OkHttpClient client = http;
        TlsFiles tls = settings.tls();
        boolean isSecure = "https".equals(server.getScheme());
        if (isSecure || tls.authority().isPresent() || tls.client().isPresent()) {
            Optional<Path> authority =
                    tls.authority().isEmpty() && Files.exists(systemAuthorities)
                            ? Optional.of(systemAuthorities)
                            : tls.authority();
            client = new TlsFiles(authority, tls.client()).applyTo(client);
        }
        return settings.proxy().isPresent()
                ? proxied(client, settings.proxy().get(), settings.noProxy())
                : client;
    }

    private static OkHttpClient proxied(OkHttpClient http, URI proxy, List<String> noProxy) {
        OkHttpClient.Builder builder =
                http.newBuilder().proxySelector(new FixedProxy(proxy, noProxy));
        String user = proxy.getUserInfo();
        if (user != null) {
            builder.proxyAuthenticator(answering(user));
        }
        return builder.build();
    }

    /** Once per request: a proxy that says no to the right password says no. */
    private static Authenticator answering(String userInfo) {
        String[] parts = userInfo.split(":", 2);
        String credentials = Credentials.basic(parts[0], parts.length > 1 ? parts[1] : "");
        return (_, response) ->
                response.request().header(PROXY_AUTHORIZATION) == null
                        ? response.request()
                                .newBuilder()
                                .header(PROXY_AUTHORIZATION, credentials)
                                .build()
                        : null;
    }

    /** One proxy for all but some hosts. */
    private static final class FixedProxy extends ProxySelector {
        private final Proxy proxy;
        private final List<String> direct;

        FixedProxy(URI proxy, List<String> direct) {
            Proxy.Type type = proxy.getScheme().equals("http") ? Proxy.Type.HTTP : Proxy.Type.SOCKS;
            this.proxy =
                    new Proxy(
                            type,
                            InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort()));
            this.direct = direct.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        }

        @Override
        public List<Proxy> select(URI target) {
            String host = String.valueOf(target.getHost()).toLowerCase(Locale.ROOT);
            boolean isDirect =
                    direct.stream()
                            .map(name -> name.startsWith(".") ? name.substring(1) : name)
                            .anyMatch(name -> host.equals(name) || host.endsWith("." + name));
            return List.of(isDirect ? Proxy.NO_PROXY : proxy);
        }

        @Override
        public void connectFailed(URI target, SocketAddress address, IOException reason) {
            // The call fails with this reason.
        }
    }
}
