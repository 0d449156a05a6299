package io.keelson.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.engine.config.ConfigException;
import io.keelson.engine.control.ControlClient;
import io.keelson.engine.json.JsonObject;
import io.keelson.host.Notify;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The whole daemon, on a directory in place of a machine. */
@Timeout(60)
class HostDaemonTest {
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir Path root;
    private final FutureTask<Void> running =
            new FutureTask<>(() -> {
                HostDaemon.run(facts(), new Notify(null), OFTEN);
                return null;
            });
    private final Thread thread = Thread.ofPlatform().unstarted(running);

    @BeforeEach
    void layOut() throws IOException {
        write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        write("proc/sys/kernel/random/boot_id", "00000000-0000-4000-8000-000000000001\n");
        write("usr/lib/os-release", "IMAGE_VERSION=1.0.0\n");
        write("etc/keelson/update.conf", "GROUP=stable\n");
    }

    @AfterEach
    void stop() throws Exception {
        thread.interrupt();
        thread.join();
    }

    @Test
    void changedSettingsTakeOverWithoutARestart() throws Exception {
        start();

        write("etc/keelson/update.conf", "GROUP=beta\nREBOOT_STRATEGY=immediate\n");

        JsonObject status = await(s -> s.optionalText("group").filter("beta"::equals).isPresent());
        assertThat(status.object("lock").orElseThrow().text("strategy")).isEqualTo("immediate");
        assertThat(running.isDone()).isFalse();
    }

    @Test
    void brokenSettingsChangeNothingAndAreNamedInTheStatus() throws Exception {
        start();

        write("etc/keelson/update.conf", "GROUP=beta\nREBOOT=now\n");

        JsonObject status = await(s -> s.optionalText("settingsProblem").isPresent());
        assertThat(status.text("group")).isEqualTo("stable");
        assertThat(StatusScreen.lines(status))
                .filteredOn(line -> line.startsWith("settings"))
                .singleElement()
                .asString()
                .contains("because the new ones fail: unknown setting REBOOT in");

        write("etc/keelson/update.conf", "GROUP=beta\n");

        assertThat(await(s -> s.optionalText("settingsProblem").isEmpty()).text("group"))
                .isNotEmpty();
    }

    @Test
    void brokenSettingsAtTheStartAreAnError() throws Exception {
        write("etc/keelson/update.conf", "REBOOT=now\n");

        assertThatThrownBy(() -> HostDaemon.run(facts(), new Notify(null), OFTEN))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("unknown setting REBOOT in ");
    }

    @Test
    void releaseAfterAFallBackPassesOverSettingsOfTheNewerOne() throws Exception {
        write("var/lib/keelson/known-settings", "FUTURE 2.0.0\n");
        write("etc/keelson/update.conf", "GROUP=stable\nFUTURE=1\n");

        start();

        assertThat(status().texts("settingsRemarks"))
                .singleElement()
                .asString()
                .endsWith("is a setting of release 2.0.0 and does nothing in this one");
        assertThat(Files.readString(root.resolve("var/lib/keelson/known-settings")))
                .contains("FUTURE 2.0.0\n", "GROUP 1.0.0\n");
    }

    @Test
    void metricsAreOnTheSocketAndInAFile() throws Exception {
        Path file = root.resolve("keelson.prom");
        write("etc/keelson/update.conf", "GROUP=stable\nMETRICS_TEXTFILE=" + file + "\n");
        start();

        String answer = get("/metrics");
        while (!Files.exists(file)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }

        assertThat(answer)
                .contains(
                        "HTTP/1.1 200 OK\r\n",
                        "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
                        "keelson_info{version=\"1.0.0\",group=\"stable\",server=\"disabled\"} 1\n",
                        "# TYPE keelson_state gauge\nkeelson_state{state=\"idle\",to=\"\"} 1\n",
                        "keelson_settings_problem 0\n",
                        "keelson_disk_problem 1\n",
                        "keelson_bad_releases 0\n");
        assertThat(answer).endsWith(Files.readString(file));
    }

    @Test
    void metricsAndNothingElseAreOnALoopbackPortWhereTheSettingsSay() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        write("etc/keelson/update.conf", "METRICS_ADDRESS=127.0.0.1:" + port + "\n");
        start();
        String metrics = overTcp(port, "/metrics").orElse("");
        while (metrics.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(10);
            metrics = overTcp(port, "/metrics").orElse("");
        }

        assertThat(metrics).startsWith("HTTP/1.1 200 OK").contains("keelson_state{");
        assertThat(overTcp(port, "/status").orElseThrow()).startsWith("HTTP/1.1 404");

        write("etc/keelson/update.conf", "");
        while (overTcp(port, "/metrics").isPresent()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static Optional<String> overTcp(int port, String path) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return Optional.of(
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (ConnectException _) {
            return Optional.empty();
        }
    }

    private String get(String path) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(facts().socket()))) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            return new String(answer, StandardCharsets.UTF_8);
        }
    }

    private void start() throws Exception {
        thread.start();
        while (!isAnswering() && !running.isDone()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        if (running.isDone()) {
            running.get();
        }
    }

    private boolean isAnswering() {
        try {
            return !status().values().isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    private HostFacts facts() {
        return new HostFacts(root, null, Optional.empty());
    }

    private JsonObject status() throws IOException {
        return new ControlClient(facts().socket())
                .call("GET", "/status", JsonObject.empty())
                .body();
    }

    private JsonObject await(Predicate<JsonObject> condition) throws Exception {
        while (true) {
            JsonObject status = status();
            if (condition.test(status)) {
                return status;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private void write(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
