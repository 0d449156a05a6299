package io.keelson.qemu.guest;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A root shell on the guest's second serial port, put there by credentials from outside the image.
 *
 * <p>The guest speaks first: firmware and boot loader read that port as a keyboard, so nothing is
 * sent before the shell has greeted. A reboot ends the shell and the next boot greets again, with
 * its own boot id.
 */
public final class GuestShell implements AutoCloseable {
    /** Output of one command; a journal is the largest thing asked for. */
    private static final int OUTPUT_CHARS_MAX = 16 << 20;

    private static final Pattern GREETING = Pattern.compile("KEELSON-SHELL ([0-9a-f-]{36})\\n");
    private static final Duration WAKE_INTERVAL = Duration.ofMillis(250);

    /** The unit that runs the shell; {@code $$} and {@code %%} are systemd's escapes. */
    private static final String UNIT =
            """
            [Unit]
            Description=Root shell for the test harness
            DefaultDependencies=no
            After=sysinit.target
            Conflicts=shutdown.target
            Before=shutdown.target

            [Service]
            ExecStart=/bin/sh -c 'stty raw -echo; printf "\\\\nKEELSON-SHELL %%s\\\\n" \
            $$(cat /proc/sys/kernel/random/boot_id); exec /bin/sh /dev/stdin'
            StandardInput=tty
            StandardOutput=tty
            StandardError=tty
            TTYPath=/dev/ttyS1
            Restart=always
            RestartSec=1
            SendSIGHUP=yes
            KillMode=process
            """;

    private final SocketChannel socket;
    private final StringBuilder received = new StringBuilder();
    private final Thread reader;
    private int greetingMark;
    private long commands;

    private GuestShell(SocketChannel socket) {
        this.socket = socket;
        this.reader = Thread.ofPlatform().daemon().name("guest-shell").unstarted(this::receive);
    }

    /** What a command left. */
    public record Answer(int exitCode, String output) {
        public boolean ok() {
            return exitCode == 0;
        }
    }

    /** The credentials a guest needs to run the shell; names and contents. */
    public static Map<String, String> credentials() {
        return Map.of(
                "systemd.extra-unit.keelson-shell.service",
                UNIT,
                "systemd.unit-dropin.multi-user.target",
                "[Unit]\nWants=keelson-shell.service\n");
    }

    /** Connects to the port's socket, which the machine has opened already. */
    public static GuestShell connect(Path path) throws IOException {
        GuestShell shell = new GuestShell(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        shell.reader.start();
        return shell;
    }

    /**
     * Waits for the next greeting.
     *
     * @return the boot id of the boot that greeted, or nothing when the deadline passed
     */
    public Optional<String> awaitGreeting(Duration deadline, BooleanSupplier worthWaiting)
            throws InterruptedException {
        Optional<MatchResult> greeting = await(GREETING, greetingMark, deadline, worthWaiting);
        greeting.ifPresent(found -> greetingMark += found.end());
        return greeting.map(found -> found.group(1));
    }

    /** Forgets greetings nobody waited for: what greets from now on is a later boot. */
    public void skipGreetings() {
        greetingMark = mark();
    }

    /**
     * Runs a script with {@code /bin/sh}; its stdout and stderr come back together.
     *
     * @throws IOException when no answer came before the deadline: the guest hangs or reboots
     */
    public synchronized Answer run(String script, Duration deadline)
            throws IOException, InterruptedException {
        String id = Long.toString(++commands);
        String encoded =
                Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8));
        int mark = mark();
        // The marks are put together by printf: an echo of this line can not be taken for the
        // answer.
        send(
                "printf '%s' '"
                        + encoded
                        + "' | base64 -d > /run/keelson-shell.sh\n"
                        + "printf '\\nKEELSON-%s\\n' BEGIN-"
                        + id
                        + "; /bin/sh /run/keelson-shell.sh < /dev/null 2>&1; "
                        + "printf '\\nKEELSON-%s-%s\\n' END-"
                        + id
                        + " $?\n");
        Pattern answer =
                Pattern.compile(
                        "KEELSON-BEGIN-" + id + "\\n(.*)\\nKEELSON-END-" + id + "-(\\d+)\\n",
                        Pattern.DOTALL);
        MatchResult found =
                await(answer, mark, deadline, () -> true)
                        .orElseThrow(() ->
                                new IOException(
                                        "the guest did not answer within %d s to: %s"
                                                .formatted(deadline.toSeconds(), script)));
        byte[] output = found.group(1).getBytes(StandardCharsets.ISO_8859_1);
        return new Answer(
                Integer.parseInt(found.group(2)), new String(output, StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private int mark() {
        synchronized (received) {
            return received.length();
        }
    }

    private Optional<MatchResult> find(Pattern pattern, int mark) {
        synchronized (received) {
            Matcher matcher = pattern.matcher(received.substring(mark));
            return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
        }
    }

    private Optional<MatchResult> await(
            Pattern pattern, int mark, Duration deadline, BooleanSupplier worthWaiting)
            throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            boolean alive = worthWaiting.getAsBoolean();
            Optional<MatchResult> found = find(pattern, mark);
            if (found.isPresent() || !alive || System.nanoTime() >= end) {
                return found;
            }
            synchronized (received) {
                received.wait(WAKE_INTERVAL.toMillis());
            }
        }
    }

    private void receive() {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try {
            while (socket.read(buffer) >= 0) {
                buffer.flip();
                // One byte, one character: marks and patterns are ASCII, and no character is ever
                // cut in two.
                String text =
                        StandardCharsets.ISO_8859_1.decode(buffer).toString().replace("\r", "");
                buffer.clear();
                synchronized (received) {
                    if (received.length() > OUTPUT_CHARS_MAX) {
                        return;
                    }
                    received.append(text);
                    received.notifyAll();
                }
            }
        } catch (IOException _) {
            // The machine is gone; whoever waits runs into its deadline and says what was missing.
        }
    }
}
