package io.keelson.server;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** HTTP as bytes on a socket, for requests no client would send. */
final class RawHttp {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private RawHttp() {}

    /** Sends these lines and nothing more; everything the server answers. */
    static String answer(URI server, String... lines) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            byte[] answer = socket.getInputStream().readNBytes(ANSWER_BYTES_MAX);
            return new String(answer, StandardCharsets.ISO_8859_1);
        }
    }

    static int status(String answer) {
        return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }
}
