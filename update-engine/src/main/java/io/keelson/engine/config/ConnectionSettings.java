package io.keelson.engine.config;

import io.keelson.etcd.TlsFiles;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the update server is reached, and what it knows this system as.
 *
 * @param appId Omaha's id of the application
 * @param tls whom to believe, and what to show of this host
 * @param proxy {@code http://[user:password@]host:port} or {@code socks5://host:port}
 * @param noProxy hosts, or the ends of their names, that are asked directly
 */
public record ConnectionSettings(
        String appId, TlsFiles tls, Optional<URI> proxy, List<String> noProxy) {
    public ConnectionSettings {
        noProxy = List.copyOf(noProxy);
    }

    /** Files whose content is part of these settings. */
    List<Path> files() {
        var files = new ArrayList<Path>();
        tls.authority().ifPresent(files::add);
        tls.client().ifPresent(own -> files.addAll(List.of(own.certificate(), own.key())));
        return List.copyOf(files);
    }
}
