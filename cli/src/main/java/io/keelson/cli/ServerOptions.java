package io.keelson.cli;

import io.keelson.cli.api.ServerApi;
import io.keelson.cli.terminal.CommandFailure;

import picocli.CommandLine.Option;

import java.net.URI;

/** Where the update server is. */
final class ServerOptions {
    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:KEELSON_SERVER:-http://127.0.0.1:8080}",
            description = "the update server (default: $KEELSON_SERVER or http://127.0.0.1:8080)")
    private URI server = URI.create("http://127.0.0.1:8080");

    ServerApi api() throws CommandFailure {
        return new ServerApi(server);
    }
}
