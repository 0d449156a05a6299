package io.keelson.reboot.storm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One request on one new connection, as a host makes it. */
final class Http {
    private static final Duration ANSWER_MAX = Duration.ofMinutes(25);
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private Http() {}

    /**
     * @param status 0 when there was none
     */
    record Answer(int status, String body) {}

    static Answer send(InetSocketAddress server, String method, String path, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head =
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: coordinator\r\nfleet-lock-protocol: true\r\n"
                        + "Content-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + content.length
                        + "\r\n\r\n";
        try (var socket = new Socket()) {
            socket.connect(server);
            socket.setSoTimeout((int) ANSWER_MAX.toMillis());
            var out = socket.getOutputStream();
            out.write((head + body).getBytes(StandardCharsets.UTF_8));
            out.flush();
            byte[] all = socket.getInputStream().readNBytes(ANSWER_BYTES_MAX);
            String text = new String(all, StandardCharsets.UTF_8);
            return text.startsWith("HTTP/1.1 ")
                    ? new Answer(Integer.parseInt(text.substring(9, 12)), text)
                    : new Answer(0, text);
        } catch (IOException e) {
            return new Answer(0, String.valueOf(e.getMessage()));
        }
    }
}
