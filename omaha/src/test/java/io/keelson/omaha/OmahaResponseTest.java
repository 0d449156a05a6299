package io.keelson.omaha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

class OmahaResponseTest {
    private static final String EMPTY_SHA256 =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void everyAnswerIsReadAsWritten() throws IOException {
        UpdateCheck update =
                new UpdateCheck.Update(
                        List.of(URI.create("http://10.0.2.2:8080/payloads/")),
                        new UpdateCheck.Manifest(
                                "1.1.0",
                                new PackageFile("keelson-1.1.0.payload", 5, EMPTY_SHA256),
                                Optional.of("2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
                                List.of(
                                        new SidePackage(
                                                new PackageFile("d.payload", 3, EMPTY_SHA256),
                                                "delta",
                                                "ab".repeat(32)),
                                        new SidePackage(
                                                new PackageFile("index", 4, EMPTY_SHA256),
                                                "chunk-index",
                                                "")),
                                Optional.of("c3RhdGVtZW50"),
                                Optional.of("2026-07-30T12:00:00Z")));
        OmahaResponse response =
                new OmahaResponse(
                        "keelson",
                        List.of(
                                app(Optional.of(update)),
                                app(Optional.of(new UpdateCheck.NoUpdate(OptionalLong.of(45)))),
                                app(Optional.of(new UpdateCheck.NoUpdate(OptionalLong.empty()))),
                                app(Optional.of(new UpdateCheck.Failure("error-internal"))),
                                app(Optional.empty())));

        assertThat(read(write(response))).isEqualTo(response);
    }

    @Test
    void anUpdateCarriesEveryHashAClientMayLookAt() throws IOException {
        UpdateCheck update =
                new UpdateCheck.Update(
                        List.of(URI.create("http://127.0.0.1/payloads/")),
                        new UpdateCheck.Manifest(
                                "1.1.0",
                                new PackageFile("p", 5, EMPTY_SHA256),
                                Optional.of("c2hhMQ==")));

        String xml = write(new OmahaResponse("keelson", List.of(app(Optional.of(update)))));

        assertThat(xml)
                .contains("hash=\"c2hhMQ==\"")
                .contains("hash_sha256=\"" + EMPTY_SHA256 + "\"")
                .contains("sha256=\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"")
                .contains("event=\"postinstall\"")
                .contains("DisablePayloadBackoff=\"true\"");
    }

    @Test
    void responsesOfOtherServersAreUnderstood() throws IOException {
        OmahaResponse response;
        try (InputStream in =
                Objects.requireNonNull(getClass().getResourceAsStream("update.xml"))) {
            response = OmahaXml.readResponse(in);
        }

        UpdateCheck check = response.apps().getFirst().updateCheck().orElseThrow();
        assertThat(check)
                .isInstanceOfSatisfying(
                        UpdateCheck.Update.class,
                        update -> {
                            assertThat(update.uris(update.manifest().full()))
                                    .containsExactly(
                                            URI.create("https://payloads.example/1.1.0/update.gz"),
                                            URI.create("http://mirror.example/1.1.0/update.gz"));
                            assertThat(update.manifest().full().sha256Hex())
                                    .isEqualTo(EMPTY_SHA256);
                            assertThat(update.manifest().others()).isEmpty();
                            assertThat(update.manifest().full().sizeBytes()).isEqualTo(382_137_917);
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    <urls/>                                              | <urls> has no <url>
                    <urls><url codebase="ftp://a/"/></urls>              | codebase is not an http address
                    <urls><url codebase="file:///etc/"/></urls>          | codebase is not an http address
                    <urls><url codebase="http://a b/"/></urls>           | codebase is not an http address
                    <urls><url codebase="http://a/"/></urls>             | has no <manifest>
                    <urls><url codebase="http://a/"/></urls><manifest/>  | has no <packages>
                    <urls><url codebase="http://a/"/></urls><manifest><packages/></manifest> | has no <package>
                    <urls><url codebase="http://a/"/></urls><manifest><packages><package name="p" size="0"/></packages></manifest> | size of <package>
                    <urls><url codebase="http://a/"/></urls><manifest><packages><package name="p" size="1"/></packages></manifest> | no SHA-256
                    <urls><url codebase="http://a/"/></urls><manifest><packages><package name="p" size="1" hash_sha256="!"/></packages></manifest> | <package> is unusable
                    <urls><url codebase="http://a/"/></urls><manifest><packages><package name="../p" size="1" hash_sha256="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="/></packages></manifest> | not a package name
                    <urls><url codebase="http://a/"/></urls><manifest><packages><package name="http://b/p" size="1" hash_sha256="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="/></packages></manifest> | not a package name
                    """)
    void incompleteUpdatesAreRefused(String content, String sentence) {
        String xml =
                "<response protocol='3.0'><app appid='a' status='ok'><updatecheck status='ok'>"
                        + content
                        + "</updatecheck></app></response>";

        assertThatThrownBy(() -> read(xml))
                .isInstanceOf(OmahaException.class)
                .hasMessageContaining(sentence);
    }

    /** The last one of each is in order, so that what is missing is what was left out. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "name='../d' size='1' hash_sha256='%s' keelson_kind='delta'",
                "name='d' size='0' hash_sha256='%s' keelson_kind='delta'",
                "name='d' size='1' hash_sha256='%.63s' keelson_kind='delta'",
                "name='d' size='1' hash_sha256='%s' keelson_kind='a kind'",
                "name='d' size='1' hash_sha256='%s' keelson_kind='delta' keelson_source_root_hash='x'",
                "name='oem-qemu.gz' size='1' hash_sha256='%s'"
            })
    void aSidePackageThatMakesNoSenseIsLeftOutAndTheUpdateStays(String attributes)
            throws Exception {
        String xml =
                """
                <response protocol='3.0'><app appid='a' status='ok'><updatecheck status='ok'>
                <urls><url codebase='http://a/'/></urls><manifest version='1.1.0'><packages>
                <package name='full' size='9' hash_sha256='%1$s'/>
                <package %2$s/>
                <package name='i' size='2' hash_sha256='%1$s' keelson_kind='chunk-index'/>
                </packages></manifest></updatecheck></app></response>
                """
                        .formatted(EMPTY_SHA256, attributes.formatted(EMPTY_SHA256));

        UpdateCheck check = read(xml).apps().getFirst().updateCheck().orElseThrow();

        assertThat(((UpdateCheck.Update) check).manifest().others())
                .extracting(SidePackage::kind)
                .containsExactly("chunk-index");
    }

    @Test
    void aHugeResponseIsRefused() {
        assertThatThrownBy(() -> read(" ".repeat(OmahaXml.RESPONSE_BYTES_MAX + 1)))
                .isInstanceOf(OmahaException.class)
                .hasMessageContaining("larger than 262144 bytes");
    }

    private static ResponseApp app(Optional<UpdateCheck> check) {
        return new ResponseApp(AppId.KEELSON, ResponseApp.OK, true, 2, check);
    }

    private static String write(OmahaResponse response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OmahaXml.writeResponse(response, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static OmahaResponse read(String xml) throws IOException {
        return OmahaXml.readResponse(
                new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}
