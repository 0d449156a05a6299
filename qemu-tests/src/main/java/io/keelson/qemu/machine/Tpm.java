package io.keelson.qemu.machine;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;
import io.keelson.qemu.service.Custody;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A software TPM 2.0 (swtpm) for one machine; it ends when the machine does. */
final class Tpm {
    private static final String PROGRAM = "swtpm";
    private static final Duration SOCKET_DEADLINE = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 50;

    private final Path socket;

    private Tpm(Path socket) {
        this.socket = socket;
    }

    /**
     * Starts it.
     *
     * @param directory keeps its state; made when it is missing
     * @param sockets a directory with a short path
     */
    static Tpm start(Path directory, Path sockets, Custody custody)
            throws IOException, InterruptedException {
        // Relative paths and paths with commas end in "CMD_INIT 0x9" only when QEMU starts.
        Path state = Files.createDirectories(directory.resolve("tpm").toAbsolutePath());
        Path socket = sockets.resolve("tpm");
        Path log = directory.resolve("swtpm.log");
        ChildProcess swtpm =
                Command.start(
                        List.of(
                                PROGRAM,
                                "socket",
                                "--tpm2",
                                "--tpmstate",
                                "dir=" + state,
                                "--ctrl",
                                "type=unixio,path=" + socket,
                                "--terminate"),
                        log,
                        Map.of());
        custody.take(swtpm);
        long end = System.nanoTime() + SOCKET_DEADLINE.toNanos();
        while (!Files.exists(socket)) {
            if (!swtpm.isAlive() || System.nanoTime() > end) {
                throw new IOException("swtpm did not start: " + Qemu.lastLine(log));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return new Tpm(socket);
    }

    List<String> arguments() {
        return List.of(
                "-chardev",
                "socket,id=tpm,path=" + Options.escaped(socket),
                "-tpmdev",
                "emulator,id=tpm0,chardev=tpm",
                "-device",
                "tpm-crb,tpmdev=tpm0");
    }
}
