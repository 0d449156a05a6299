package io.keelson.qemu.service;

import io.keelson.host.ChildProcess;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Waits for a child process to answer on its health address. */
record Readiness(String name, ChildProcess process, Path log, URI health) {
    private static final long POLL_MILLIS = 100;
    private static final int LOG_LINES_SHOWN = 12;

    /** Returns when the address answers with success. */
    void await(Duration deadline) throws IOException, InterruptedException {
        OkHttpClient http =
                new OkHttpClient.Builder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .readTimeout(Duration.ofSeconds(5))
                        .build();
        Request request = new Request.Builder().url(health.toString()).build();
        long end = System.nanoTime() + deadline.toNanos();
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IOException(
                        name
                                + " ended before it was ready; its log ("
                                + log
                                + ") ends with:\n"
                                + logTail());
            }
            if (answers(http, request)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new IOException(
                "%s was not ready after %d s; its log (%s) ends with:%n%s"
                        .formatted(name, deadline.toSeconds(), log, logTail()));
    }

    private static boolean answers(OkHttpClient http, Request request) {
        try (Response response = http.newCall(request).execute()) {
            return response.isSuccessful();
        } catch (IOException _) {
            return false;
        }
    }

    private String logTail() throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }
}
