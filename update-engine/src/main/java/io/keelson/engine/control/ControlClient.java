package io.keelson.engine.control;

import io.keelson.engine.json.JsonObject;
import io.keelson.engine.json.JsonText;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Calls keelsond through its socket. */
public final class ControlClient {
    private final Path socket;

    public ControlClient(Path socket) {
        this.socket = socket;
    }

    /** One call; the daemon answers within a minute or the connection ends. */
    public ControlAnswer call(String method, String path, JsonObject body) throws IOException {
        try (var connection = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer request = ByteBuffer.wrap(ControlMessage.request(method, path, body));
            while (request.hasRemaining()) {
                connection.write(request);
            }
            var message =
                    ControlMessage.read(
                            Channels.newInputStream(connection), JsonText.DOCUMENT_BYTES_MAX);
            String[] words = message.startLine().split(" ", 3);
            if (words.length < 2 || !words[1].matches("[0-9]{3}")) {
                throw new IOException("keelsond answered with " + message.startLine());
            }
            return new ControlAnswer(Integer.parseInt(words[1]), message.body());
        }
    }
}
