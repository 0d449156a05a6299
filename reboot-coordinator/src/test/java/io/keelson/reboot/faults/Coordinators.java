package io.keelson.reboot.faults;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;
import io.keelson.reboot.proof.Question;
import io.keelson.reboot.proof.Reply;
import io.keelson.reboot.proof.Wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Two coordinators in processes of their own, over one store; one has a clock that is wrong. */
final class Coordinators implements AutoCloseable {
    static final int COUNT = 2;
    private static final int ANSWER_MILLIS_MAX = 12_000;

    private final Path directory;
    private final List<URI> etcd;
    private final List<Long> clockOffsets;
    private final int[] ports = new int[COUNT];
    private final AtomicReferenceArray<ChildProcess> processes = new AtomicReferenceArray<>(COUNT);

    /**
     * @param clockOffsets seconds by which each one's clock is wrong
     */
    Coordinators(Path directory, List<URI> etcd, List<Long> clockOffsets) throws IOException {
        this.directory = directory;
        this.etcd = etcd;
        this.clockOffsets = clockOffsets;
        for (int i = 0; i < COUNT; i++) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ports[i] = socket.getLocalPort();
            }
            start(i);
        }
    }

    void start(int which) throws IOException {
        var argv =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LineCoordinator.class.getName(),
                                Integer.toString(ports[which]),
                                Long.toString(clockOffsets.get(which))));
        etcd.forEach(each -> argv.add(each.toString()));
        Path log = directory.resolve("coordinator-" + which + ".log");
        processes.set(which, Command.start(argv, log, Map.of()));
    }

    /** SIGKILL, between any two instructions. */
    void kill(int which) {
        ChildProcess process = processes.get(which);
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        process.close();
    }

    /** Asks one of them; whatever goes wrong on the way leaves the outcome unknown. */
    Reply ask(int which, String who, Question question) {
        try (var socket = new Socket()) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[which]);
            socket.connect(address, ANSWER_MILLIS_MAX);
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            String line = who + " " + Wire.text(question) + "\n";
            socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String answer = in.readLine();
            return answer == null ? new Reply.Unknown() : Wire.reply(answer.split(" ", -1));
        } catch (IOException _) {
            return new Reply.Unknown();
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < COUNT; i++) {
            kill(i);
        }
    }
}
