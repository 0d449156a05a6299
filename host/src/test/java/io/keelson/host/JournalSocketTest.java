package io.keelson.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

class JournalSocketTest {
    @TempDir Path directory;

    @Test
    void valueOfOneLineIsALine() {
        assertThat(text(Map.of("MESSAGE", "a=b c"))).isEqualTo("MESSAGE=a=b c\n");
    }

    @Test
    void valueOfSeveralLinesComesWithItsLength() {
        assertThat(text(Map.of("MESSAGE", "a\nb"))).isEqualTo("MESSAGE\n\3\0\0\0\0\0\0\0a\nb\n");
    }

    @Test
    void longValueIsCut() {
        String value = "x".repeat(JournalSocket.VALUE_BYTES_MAX + 1);

        assertThat(text(Map.of("M", value))).hasSize("M=".length() + value.length());
    }

    @Test
    void nameThatJournaldWouldDropIsRefused() {
        assertThatThrownBy(() -> JournalSocket.bytes(Map.of("message", "a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void journalThatIsNotThereTakesNothing() {
        var socket = new JournalSocket(directory.resolve("nobody"));

        assertThat(socket.send(Map.of("MESSAGE", "a"))).isFalse();
    }

    private static String text(Map<String, String> fields) {
        return new String(JournalSocket.bytes(fields), StandardCharsets.ISO_8859_1);
    }
}
