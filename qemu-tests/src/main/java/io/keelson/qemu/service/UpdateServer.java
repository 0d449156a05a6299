package io.keelson.qemu.service;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real update server as a process of its own on loopback, with its embedded database. */
public final class UpdateServer implements AutoCloseable {
    private static final Duration READY_DEADLINE = Duration.ofMinutes(2);

    private final ChildProcess process;
    private final int port;

    private UpdateServer(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts with whatever data the directory holds and waits until it serves.
     *
     * @param port 0 for any
     * @param trusted public keys whose payloads it accepts
     */
    public static UpdateServer start(Path directory, int port, List<Path> trusted, Custody custody)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        int chosen = FreePort.require(port);
        Path log = directory.resolve("server.log");
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.keelson.server.ServerMain",
                                "--port",
                                "" + chosen,
                                "--data",
                                directory.resolve("data").toString()));
        for (Path key : trusted) {
            argv.addAll(List.of("--trust", key.toString()));
        }
        ChildProcess process = Command.start(argv, log, Map.of());
        UpdateServer server = new UpdateServer(process, chosen);
        try {
            custody.take(process);
            new Readiness(
                            "the update server",
                            process,
                            log,
                            URI.create(server.url() + "/api/health"))
                    .await(READY_DEADLINE);
        } catch (IOException | InterruptedException e) {
            process.close();
            throw e;
        }
        return server;
    }

    /** For programs on this machine. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
