package io.keelson.channels.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.channels.ChannelDefinition;
import io.keelson.channels.ChannelMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

class ChannelDefinitionsTest {
    private static final String VALID =
            "name: x\ndescription: d\nboard: amd64-usr\npollInterval: PT45M\n";

    @TempDir Path directory;

    @Test
    void theShippedChannelsFitTogether() throws IOException {
        ChannelMap channels = ChannelDefinitions.load(Path.of("definitions"));

        assertThat(channels.channels()).containsOnlyKeys("alpha", "beta", "stable", "demo");
        assertThat(channels.sourcesOf("stable"))
                .extracting(ChannelDefinition::name)
                .containsExactly("beta");
        assertThat(channels.channel("stable").orElseThrow().pollInterval())
                .isEqualTo(Duration.ofMinutes(45));
    }

    @Test
    void readsEveryField() throws IOException {
        Path file = Files.writeString(directory.resolve("x.yaml"), VALID + "promotesTo: y\n");

        assertThat(ChannelDefinitions.read(file))
                .isEqualTo(
                        new ChannelDefinition(
                                "x", "d", "amd64-usr", Duration.ofMinutes(45), Optional.of("y")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "board: amd64-usr | bord: amd64-usr | the key bord is not known; known are [board",
                "description: d | '' | the key description is missing",
                "name: x | name: [x] | the value of name is not text",
                "name: x | name: y | rename the file to y.yaml",
                "name: x | name: X Y | not a channel name",
                "PT45M | 45m | is not a duration such as PT45M",
                "PT45M | PT0S | one second to one week",
                "PT45M | P8D | one second to one week",
                "description: d | name: x | duplicate key",
                "name: x | '{' | is not valid",
                "amd64-usr | AMD | has the board",
            })
    void badDefinitionsNameTheFileAndTheMistake(String replaced, String replacement, String message)
            throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("x.yaml"), VALID.replace(replaced, replacement));

        assertThatThrownBy(() -> ChannelDefinitions.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void anEmptyDirectoryIsRefused() {
        assertThatThrownBy(() -> ChannelDefinitions.load(directory))
                .hasMessageContaining("0 channel definitions");
    }

    @Test
    void aHugeFileIsRefused() throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("x.yaml"),
                        VALID + "#".repeat(ChannelDefinitions.FILE_BYTES_MAX));

        assertThatThrownBy(() -> ChannelDefinitions.read(file))
                .hasMessageContaining("it is larger than 65536 bytes");
    }
}
