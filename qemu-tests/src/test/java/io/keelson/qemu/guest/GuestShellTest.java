package io.keelson.qemu.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Against a shell of this machine behind a socket, which is what a guest's serial port looks like.
 */
@Timeout(60)
class GuestShellTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String BOOT_1 = "11111111-1111-1111-1111-111111111111";
    private static final String BOOT_2 = "22222222-2222-2222-2222-222222222222";

    @TempDir Path directory;

    private ServerSocketChannel port;
    private GuestShell shell;
    private SocketChannel guest;

    @BeforeEach
    void connect() throws IOException {
        Path socket = directory.resolve("s");
        port = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        port.bind(UnixDomainSocketAddress.of(socket));
        shell = GuestShell.connect(socket);
        guest = port.accept();
    }

    @AfterEach
    void disconnect() throws IOException {
        guest.close();
        shell.close();
        port.close();
    }

    @Test
    void runsAScriptAndTellsItsOutputAndExitCode() throws Exception {
        answerLikeAShell();

        GuestShell.Answer answer =
                shell.run("printf 'its\\n'; printf 'two\\nlines, é'; exit 3", SOON);

        assertThat(answer.exitCode()).isEqualTo(3);
        assertThat(answer.output()).isEqualTo("its\ntwo\nlines, é");
    }

    @Test
    void separatesTheAnswersOfManyCommands() throws Exception {
        answerLikeAShell();

        for (int i = 0; i < 5; i++) {
            assertThat(shell.run("echo " + i, SOON).output()).isEqualTo(i + "\n");
        }
    }

    @Test
    void tellsOneBootFromTheNext() throws Exception {
        say("firmware noise\nKEELSON-SHELL " + BOOT_1 + "\n");
        assertThat(shell.awaitGreeting(SOON, () -> true)).contains(BOOT_1);

        say("\nKEELSON-SHELL " + BOOT_2 + "\n");

        assertThat(shell.awaitGreeting(SOON, () -> true)).contains(BOOT_2);
    }

    @Test
    void forgetsBootsThatNobodyWaitedFor() throws Exception {
        say("KEELSON-SHELL " + BOOT_1 + "\n");
        assertThat(shell.awaitGreeting(SOON, () -> true)).contains(BOOT_1);
        say("KEELSON-SHELL " + BOOT_1 + "\nready\n");
        answerLikeAShell();
        assertThat(shell.run("true", SOON).ok()).isTrue();
        shell.skipGreetings();

        say("KEELSON-SHELL " + BOOT_2 + "\n");

        assertThat(shell.awaitGreeting(SOON, () -> true)).contains(BOOT_2);
    }

    @Test
    void namesTheCommandThatWasNotAnswered() {
        assertThatThrownBy(() -> shell.run("sleep forever", Duration.ofMillis(300)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not answer")
                .hasMessageContaining("sleep forever");
    }

    private void answerLikeAShell() {
        Thread.ofPlatform().daemon().start(this::answerLines);
    }

    private void answerLines() {
        BufferedReader lines =
                new BufferedReader(Channels.newReader(guest, StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String here =
                        line.replace(
                                "/run/keelson-shell.sh", directory.resolve("script").toString());
                say(Command.run(List.of("/bin/sh", "-c", here), SOON).stdout());
            }
        } catch (IOException | InterruptedException _) {
            // The test is over.
        }
    }

    private void say(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            guest.write(bytes);
        }
    }
}
