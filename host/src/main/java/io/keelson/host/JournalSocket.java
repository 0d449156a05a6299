package io.keelson.host;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes entries with fields into systemd's journal (its "native protocol": a datagram with a line
 * per field, and a length before a value of several lines).
 */
public record JournalSocket(Path socket) {
    /** Where journald listens. */
    public static final Path SYSTEM = Path.of("/run/systemd/journal/socket");

    /** A datagram must fit the socket's buffer; a longer text is cut. */
    static final int VALUE_BYTES_MAX = 8 * 1024;

    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    /**
     * Writes one entry.
     *
     * @return whether the journal took it
     */
    public boolean send(Map<String, String> fields) {
        return UnixDatagram.send(socket.toString(), bytes(fields)) instanceof SystemResult.Ok;
    }

    static byte[] bytes(Map<String, String> fields) {
        var entry = new ByteArrayOutputStream();
        fields.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not a journal field: " + name);
            }
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            byte[] cut = Arrays.copyOf(text, Math.min(text.length, VALUE_BYTES_MAX));
            entry.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
            if (value.indexOf('\n') >= 0) {
                byte[] length =
                        ByteBuffer.allocate(Long.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(cut.length)
                                .array();
                entry.write('\n');
                entry.writeBytes(length);
            } else {
                entry.write('=');
            }
            entry.writeBytes(cut);
            entry.write('\n');
        });
        return entry.toByteArray();
    }
}
