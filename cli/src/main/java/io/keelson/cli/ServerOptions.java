package io.keelson.cli;

import io.keelson.cli.api.ServerApi;
import io.keelson.cli.terminal.CommandFailure;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where the update server is, and what lets a change pass there. */
final class ServerOptions {
    private static final int TOKEN_BYTES_MAX = 4096;

    /** What a header can carry. */
    private static final Pattern TOKEN = Pattern.compile("[\\x20-\\x7e]+");

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:KEELSON_SERVER:-http://127.0.0.1:8080}",
            description = "the update server (default: $KEELSON_SERVER or http://127.0.0.1:8080)")
    private URI server = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--admin-token",
            paramLabel = "FILE",
            defaultValue = "${env:KEELSON_ADMIN_TOKEN_FILE}",
            description =
                    "the token the server was started with (default: $KEELSON_ADMIN_TOKEN_FILE)")
    private Optional<Path> adminToken = Optional.empty();

    ServerApi api() throws IOException {
        return adminToken.isPresent()
                ? new ServerApi(server, Optional.of(token(adminToken.get())))
                : new ServerApi(server);
    }

    private static String token(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(TOKEN_BYTES_MAX);
            String token = new String(bytes, StandardCharsets.UTF_8).strip();
            if (!TOKEN.matcher(token).matches()) {
                throw new CommandFailure(
                        file + " holds no token: it must be one line of printable ASCII");
            }
            return token;
        }
    }
}
