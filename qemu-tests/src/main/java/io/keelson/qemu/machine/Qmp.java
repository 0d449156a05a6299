package io.keelson.qemu.machine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * QEMU's machine protocol: one JSON object per line each way, events in between
 * (docs/interop/qmp-spec).
 */
final class Qmp implements AutoCloseable {
    /** Events between a command and its answer; a machine that only talks is broken. */
    private static final int EVENTS_MAX = 1000;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SocketChannel socket;
    private final BufferedReader reader;

    private Qmp(SocketChannel socket) {
        this.socket = socket;
        this.reader = new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8));
    }

    static Qmp connect(Path path) throws IOException {
        Qmp qmp = new Qmp(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        qmp.line("the greeting");
        qmp.execute("qmp_capabilities");
        return qmp;
    }

    /** Executes a command without arguments and returns what it returned. */
    synchronized JsonNode execute(String command) throws IOException {
        String request =
                JSON.writeValueAsString(JSON.createObjectNode().put("execute", command)) + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
        for (int events = 0; events < EVENTS_MAX; events++) {
            JsonNode answer = JSON.readTree(line(command));
            if (answer.has("return")) {
                return answer.path("return");
            }
            if (answer.has("error")) {
                throw new IOException(
                        "QEMU refused "
                                + command
                                + ": "
                                + answer.path("error").path("desc").asString("no reason given"));
            }
        }
        throw new IOException(
                "QEMU sent " + EVENTS_MAX + " events instead of an answer to " + command);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line(String what) throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("QEMU ended before it answered " + what);
        }
        return line;
    }
}
