package io.keelson.omaha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

class OmahaRequestTest {
    private static final RequestApp APP =
            new RequestApp(
                    AppId.KEELSON,
                    "1.0.0",
                    "demo",
                    "amd64-usr",
                    "0123456789abcdef0123456789abcdef",
                    "{6f1c7a52-8a70-4a9c-a3ab-6a86a6b5a9d1}",
                    "qemu",
                    "1.0.0",
                    false,
                    false,
                    List.of());

    private static final RequestApp.Abilities ABLE =
            new RequestApp.Abilities("ab".repeat(32), List.of("zstd-history", "chunk-index"));
    private static final OmahaEvent FETCHED =
            new OmahaEvent(
                    14,
                    1,
                    Optional.empty(),
                    "",
                    "1.1.0",
                    "the delta is missing",
                    Optional.of(new OmahaEvent.Transfer("full", 123_456_789_012L)));

    @Test
    void whatIsWrittenIsRead() throws IOException {
        OmahaEvent failure =
                OmahaEvent.failure(44, "1.0.0", "1.1.0", "health gate: \"api\" <failed> & gave up");
        OmahaEvent started = OmahaEvent.success(EventType.UPDATE_DOWNLOAD_STARTED, 1, "", "1.1.0");
        OmahaRequest request =
                request(
                        APP.able(ABLE).checking(List.of(failure)),
                        APP.reporting(List.of(started, FETCHED)));

        assertThat(read(write(request))).isEqualTo(request);
    }

    @Test
    void hostWithoutAbilitiesSendsNoAttributeOfOurs() throws IOException {
        assertThat(write(request(APP.checking(List.of())))).doesNotContain("keelson_");
    }

    @Test
    void requestsOfUpdateEngineAreUnderstood() throws IOException {
        OmahaRequest request;
        try (InputStream in =
                Objects.requireNonNull(
                        getClass().getResourceAsStream("first-check-after-update.xml"))) {
            request = OmahaXml.readRequest(in);
        }

        assertThat(request.updaterVersion()).isEqualTo("update_engine-0.4.10");
        assertThat(request.os().servicePack()).isEqualTo("1.1.0_x86_64");
        RequestApp app = request.apps().getFirst();
        assertThat(AppId.isKeelson(app.appId())).isTrue();
        assertThat(app.track()).isEqualTo("demo");
        assertThat(app.ping()).isTrue();
        assertThat(app.updateCheck()).isTrue();
        assertThat(app.events())
                .containsExactly(new OmahaEvent(3, 2, Optional.empty(), "1.0.0", "", ""));
    }

    @Test
    void codesWithFlagsAreReadWithAndWithoutSign() throws IOException {
        String event = "<event eventtype='3' eventresult='0' errorcode='%s'/>";

        OmahaEvent unsigned = oneEvent(event.formatted("2147483692"));
        OmahaEvent signed = oneEvent(event.formatted("-2147483604"));

        assertThat(unsigned).isEqualTo(signed);
        assertThat(ErrorCode.withoutFlags(unsigned.errorCode().orElseThrow())).isEqualTo(44);
        assertThat(ErrorCode.nameOf(unsigned.errorCode().orElseThrow())).isEqualTo("Rollback");
    }

    @Test
    void reasonsLoseWhatXmlForbidsAndAreCutAtTheirLimit() throws IOException {
        OmahaEvent event = OmahaEvent.failure(1, "", "", "bell\u0007" + "x".repeat(2000));

        OmahaEvent read =
                read(write(request(APP.reporting(List.of(event)))))
                        .apps()
                        .getFirst()
                        .events()
                        .getFirst();

        assertThat(read.reason()).startsWith("bell x").hasSize(OmahaEvent.REASON_CHARACTERS_MAX);
    }

    @Test
    void requestsBeyondTheLimitAreRefused() {
        String large = "<request protocol='3.0'>" + " ".repeat(OmahaXml.REQUEST_BYTES_MAX);

        assertThatThrownBy(() -> read(large))
                .isInstanceOf(OmahaException.class)
                .hasMessageContaining("larger than 65536 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                                                  | not well-formed
                    no xml                                              | not well-formed
                    <request protocol="3.0">                            | not well-formed
                    <request protocol="3.0"><app></request>             | not well-formed
                    <request protocol="3.0"/><request protocol="3.0"/>  | not well-formed
                    <request protocol="3.0">&unknown;</request>         | not well-formed
                    <!DOCTYPE request><request protocol="3.0"/>         | document type
                    <!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><request protocol="3.0" version="&x;"/> | document type
                    <response protocol="3.0"/>                          | not a <request>
                    <request/>                                          | protocol ""
                    <request protocol="2.0"/>                           | protocol "2.0"
                    <request protocol="3.0"><app/></request>            | no appid
                    <request protocol="3.0"><app appid="a"><event/></app></request> | eventtype of <event> is not a number
                    <request protocol="3.0"><app appid="a"><event eventtype="3" eventresult="x"/></app></request> | eventresult of <event>
                    <request protocol="3.0"><app appid="a"><event eventtype="3" eventresult="0" errorcode="99999999999"/></app></request> | errorcode of <event>
                    """)
    void malformedRequestsAreRefusedWithTheirLine(String xml, String sentence) {
        assertThatThrownBy(() -> read(xml))
                .isInstanceOf(OmahaException.class)
                .hasMessageContaining(sentence)
                .hasMessageEndingWith("(line 1)");
    }

    @Test
    void theLineOfTheMistakeIsNamed() {
        assertThatThrownBy(() -> read("<request protocol='3.0'>\n<app appid='a'>\n<event/>"))
                .isInstanceOfSatisfying(
                        OmahaException.class, e -> assertThat(e.line()).isEqualTo(3));
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "<request protocol='3.0'>" + "<a>".repeat(20) + "</a>".repeat(20);

        assertThatThrownBy(() -> read(deep + "</request>"))
                .isInstanceOf(OmahaException.class)
                .hasMessageContaining("nested deeper");
    }

    private static OmahaEvent oneEvent(String event) throws IOException {
        String xml = "<request protocol='3.0'><app appid='a'>" + event + "</app></request>";
        return read(xml).apps().getFirst().events().getFirst();
    }

    private static OmahaRequest request(RequestApp... apps) {
        return new OmahaRequest(
                "keelson-1",
                "scheduler",
                new OmahaOs("Keelson", "1.0.0", "", "amd64"),
                List.of(apps));
    }

    private static String write(OmahaRequest request) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OmahaXml.writeRequest(request, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static OmahaRequest read(String xml) throws IOException {
        return OmahaXml.readRequest(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}
