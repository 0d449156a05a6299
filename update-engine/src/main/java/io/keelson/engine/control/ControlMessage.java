package io.keelson.engine.control;

import io.keelson.engine.json.JsonObject;
import io.keelson.engine.json.JsonText;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The part of HTTP/1.1 (RFC 9112) the control socket speaks: one request and one answer per
 * connection, a body only with {@code Content-Length}.
 */
final class ControlMessage {
    static final int HEAD_BYTES_MAX = 8 * 1024;

    private static final String JSON = "application/json";

    private ControlMessage() {}

    /** The first line of a message and its body; no body is an empty object. */
    record Message(String startLine, JsonObject body) {}

    static byte[] request(String method, String path, JsonObject body) {
        String head = "%s %s HTTP/1.1\r\nHost: keelsond\r\n".formatted(method, path);
        return message(head, JSON, JsonText.write(body));
    }

    static byte[] answer(ControlAnswer answer) {
        String reason = answer.status() < 300 ? "OK" : "Refused";
        String head = "HTTP/1.1 %d %s\r\n".formatted(answer.status(), reason);
        return answer.text().isPresent()
                ? message(
                        head,
                        answer.text().get().contentType(),
                        answer.text().get().content().getBytes(StandardCharsets.UTF_8))
                : message(head, JSON, JsonText.write(answer.body()));
    }

    private static byte[] message(String head, String contentType, byte[] body) {
        var bytes = new ByteArrayOutputStream();
        String headers =
                head
                        + "Content-Type: "
                        + contentType
                        + "\r\nContent-Length: "
                        + body.length
                        + "\r\nConnection: close\r\n\r\n";
        bytes.writeBytes(headers.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /** Reads one message whose body may have up to {@code bodyBytesMax} bytes. */
    static Message read(InputStream in, int bodyBytesMax) throws IOException {
        String[] lines = head(in).split("\r\n", -1);
        int length = 0;
        for (String line : lines) {
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith("content-length:")) {
                length = length(header.substring(header.indexOf(':') + 1).strip(), bodyBytesMax);
            } else if (header.startsWith("transfer-encoding:")) {
                throw new IOException("a body needs Content-Length, not " + line);
            }
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the body ends after " + body.length + " of " + length);
        }
        return new Message(lines[0], length == 0 ? JsonObject.empty() : JsonText.read(body));
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int lastFour = 0;
        while (lastFour != 0x0D0A0D0A) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ends within the headers");
            }
            if (head.size() == HEAD_BYTES_MAX) {
                throw new IOException("the headers are larger than " + HEAD_BYTES_MAX + " bytes");
            }
            head.write(next);
            lastFour = lastFour << 8 | next;
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static int length(String text, int max) throws IOException {
        if (!text.matches("[0-9]{1,8}") || Integer.parseInt(text) > max) {
            throw new IOException("a body of " + text + " bytes; at most " + max + " are read");
        }
        return Integer.parseInt(text);
    }
}
