package io.keelson.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

class ReleaseManifestTest {
    private static final ReleaseManifest RELEASE =
            new ReleaseManifest(
                    new ReleaseVersion("1.1.0"),
                    "amd64",
                    new RootHash("ab".repeat(32)),
                    new Artifact(4096, "01".repeat(32)),
                    new Artifact(5, "02".repeat(32)),
                    Optional.of(new Artifact(6L << 32, "03".repeat(32))),
                    new TreeMap<>(Map.of("11", "04".repeat(32))),
                    List.of(new PackageVersion("bash", "5.2.37-2+b3")));

    private static final String JSON =
            """
            {
              "version" : "1.1.0",
              "arch" : "amd64",
              "rootHash" : "%s",
              "usr" : {
                "size" : 4096,
                "sha256" : "%s"
              },
              "uki" : {
                "size" : 5,
                "sha256" : "%s"
              },
              "payload" : {
                "size" : 25769803776,
                "sha256" : "%s"
              },
              "pcrs" : {
                "11" : "%s"
              },
              "packages" : [
                {
                  "name" : "bash",
                  "version" : "5.2.37-2+b3"
                }
              ]
            }
            """
                    .formatted(
                            "ab".repeat(32),
                            "01".repeat(32),
                            "02".repeat(32),
                            "03".repeat(32),
                            "04".repeat(32));

    @Test
    void isWrittenAsReadableJson() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        RELEASE.write(out);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(JSON);
    }

    @Test
    void readsWhatItWrote() throws IOException {
        assertThat(read(JSON)).isEqualTo(RELEASE);
    }

    @Test
    void ignoresFieldsOfLaterReleases() throws IOException {
        String later =
                JSON.replaceFirst("\\{", "{ \"new\": {\"a\": [1, {\"b\": null}]}, ")
                        .replace("\"size\" : 5", "\"size\" : 5, \"blake3\" : \"x\"");

        assertThat(read(later)).isEqualTo(RELEASE);
    }

    @Test
    void aBuildWithoutPayloadHasNone() throws IOException {
        String without = JSON.replaceFirst("(?s)\"payload\" : \\{.*?\\},", "");

        assertThat(read(without).payload()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"version\" : \"1.1.0\", | | the field version is missing",
                "\"1.1.0\" | \"1+0\" | 1+0",
                "\"1.1.0\" | 1 | version is not a string",
                "\"amd64\" | \"AMD 64\" | not an architecture",
                "\"rootHash\" | \"RootHash\" | the field rootHash is missing",
                "\"size\" : 4096 | \"size\" : \"4096\" | usr.size is not a whole number",
                "\"size\" : 4096 | \"size\" : -1 | usr: an artifact of -1 bytes",
                "\"size\" : 4096 | \"size\" : 99999999999999999999 | not valid JSON",
                "\"size\" : 4096, | | usr: an artifact of 0 bytes",
                "0101 | zz | usr: not a sha-256 digest",
                "\"name\" : \"bash\" | \"nam\" : \"bash\" | a package needs a name",
                "\"pcrs\" : { | \"pcrs\" : [ | pcrs is not an object",
                "\"arch\" | \"version\" | not valid JSON",
                "\"amd64\", | \"amd64\" | not valid JSON",
            })
    void badManifestsAreRefusedByTheFieldThatIsWrong(
            String replaced, @Nullable String replacement, String message) {
        String bad =
                JSON.replaceFirst(Pattern.quote(replaced), replacement == null ? "" : replacement);
        assertThat(bad).isNotEqualTo(JSON);

        assertThatThrownBy(() -> read(bad))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"''", "null", "[]", "{}", "{", "{} {}", "x"})
    void documentsThatAreNoManifestAreRefused(String document) {
        assertThatThrownBy(() -> read(document)).isInstanceOf(IOException.class);
    }

    @Test
    void anEndlessDocumentIsRefused() {
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        return ' ';
                    }
                };

        assertThatThrownBy(() -> ReleaseManifest.read(endless))
                .hasMessage("the release manifest is larger than 8388608 bytes");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> read("{\"x\":" + "[".repeat(100_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not valid JSON");
    }

    private static ReleaseManifest read(String json) throws IOException {
        return ReleaseManifest.read(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
