package io.keelson.engine.lock;

import io.keelson.reboot.standalone.CoordinatorMain;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code keelson reboot serve} in this process, on a free port, over a directory. */
final class RealCoordinator implements AutoCloseable {
    private static final String LISTENING = "listening on ";

    private final Thread thread;
    private final URI address;

    private RealCoordinator(Thread thread, URI address) {
        this.thread = thread;
        this.address = address;
    }

    static RealCoordinator start(Path directory, String... options) throws IOException {
        var args = new ArrayList<>(List.of("--data", directory.resolve("groups").toString()));
        args.addAll(List.of("--listen", "127.0.0.1:0"));
        args.addAll(List.of(options));
        var pipe = new PipedInputStream();
        var out = new PrintStream(new PipedOutputStream(pipe), true, StandardCharsets.UTF_8);
        Thread thread =
                Thread.ofPlatform()
                        .name("coordinator")
                        .start(() -> {
                            try (out) {
                                CoordinatorMain.run(args, out, out);
                            }
                        });
        String line =
                new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8)).readLine();
        if (line == null || !line.contains(LISTENING)) {
            throw new IOException("no coordinator: " + line);
        }
        String address = line.substring(line.indexOf(LISTENING) + LISTENING.length());
        return new RealCoordinator(thread, URI.create(address));
    }

    URI address() {
        return address;
    }

    /** The group as an operator on this machine sees it. */
    String group() throws IOException {
        return send(new Request.Builder().url(address + "/v2/groups/default"));
    }

    String post(String path, String body) throws IOException {
        return send(new Request.Builder().url(address + path).post(RequestBody.create(body, null)));
    }

    private static String send(Request.Builder request) throws IOException {
        try (var response = new OkHttpClient().newCall(request.build()).execute()) {
            return response.body().string();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
