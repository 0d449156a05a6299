package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.omaha.AppId;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;

/**
 * A client that is not ours: requests as update_engine 0.4.10 prints them, line by line, and
 * answers looked at by the absolute paths it looks at. What it reads decides, not what our parser
 * does. One server for all, a machine for each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpdateEngineClientTest {
    private static final String CHECK = "/response/app/updatecheck";

    private ServerFixture server;
    private Path payload;
    private int machines;
    private String track = "stable";

    @BeforeAll
    void publishWhatSuchAClientCanApply(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory);
        ServerFixture.Release release = server.plainRelease("1.1.0");
        payload = release.payload();
        HttpResponse<String> published = server.send(release);
        assertThat(published.statusCode()).as(published.body()).isEqualTo(200);
        server.promote("stable", "1.1.0");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void takeAnotherMachine() {
        machines++;
        track = "stable";
    }

    private String machine() {
        return "%032x".formatted(machines);
    }

    private JsonNode host() throws Exception {
        return server.json("/api/hosts/" + machine());
    }

    @Test
    void itIsOfferedTheReleaseWithEverythingItReads() throws Exception {
        Document answer = check("1.0.0", updated("0.0.0.0"));

        byte[] file = Files.readAllBytes(payload);
        String sha256 = Base64.getEncoder().encodeToString(digest("SHA-256", file));
        String sha1 = Base64.getEncoder().encodeToString(digest("SHA-1", file));
        String base = CHECK + "/manifest/packages/package[1]";
        String action = CHECK + "/manifest/actions/action[@event='postinstall']";
        assertThat(read(answer, "/response/@protocol")).isEqualTo("3.0");
        assertThat(read(answer, "/response/app/@status")).isEqualTo("ok");
        assertThat(read(answer, "/response/app/ping/@status")).isEqualTo("ok");
        assertThat(read(answer, "/response/app/event/@status")).isEqualTo("ok");
        assertThat(read(answer, "count(/response/app)")).isEqualTo("1");
        assertThat(read(answer, CHECK + "/@status")).isEqualTo("ok");
        assertThat(read(answer, CHECK + "/manifest/@version")).isEqualTo("1.1.0");
        assertThat(read(answer, CHECK + "/urls/url[1]/@codebase"))
                .isEqualTo(server.uri("/payloads/").toString());
        assertThat(read(answer, base + "/@name")).isEqualTo("keelson-1.1.0.payload");
        assertThat(read(answer, base + "/@size")).isEqualTo(Integer.toString(file.length));
        assertThat(read(answer, base + "/@hash")).isEqualTo(sha1);
        assertThat(read(answer, base + "/@required")).isEqualTo("true");
        assertThat(read(answer, action + "/@sha256")).isEqualTo(sha256);
        assertThat(read(answer, action + "/@DisablePayloadBackoff")).isEqualTo("true");
        assertThat(read(answer, action + "/@IsDeltaPayload")).isNotEqualTo("true");
    }

    @Test
    void itIsFollowedThroughAnUpdateAlthoughItNamesNoRelease() throws Exception {
        check("1.0.0", updated("0.0.0.0"));
        assertThat(state()).isEqualTo("offered");
        for (String step : new String[] {"13/downloading", "14/downloaded", "3/reboot-pending"}) {
            String[] parts = step.split("/", -1);
            Document answer =
                    report(
                            "<event eventtype=\"%s\" eventresult=\"1\"></event>"
                                    .formatted(parts[0]));

            assertThat(read(answer, "/response/app/event/@status")).isEqualTo("ok");
            assertThat(read(answer, "count(" + CHECK + ")")).isEqualTo("0");
            assertThat(state()).isEqualTo(parts[1]);
        }

        Document answer = check("1.1.0", updated("1.0.0"));

        assertThat(read(answer, CHECK + "/@status")).isEqualTo("noupdate");
        assertThat(read(answer, CHECK + "/@PollInterval")).isEqualTo("2700");
        assertThat(state()).isEqualTo("updated");
        check("1.1.0", updated(""));
        assertThat(state()).as("an ordinary check says 3/2 as well").isEqualTo("updated");
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource({
        "9,           9,  DownloadTransfer",
        "268435465,   9,  DownloadTransfer",
        "536870921,   9,  DownloadTransfer",
        "1073741833,  9,  DownloadTransfer",
        "1342177289,  9,  DownloadTransfer",
        "-2147483639, 9,  DownloadTransfer",
        "2147483657,  9,  DownloadTransfer",
        "268435490,   34, OmahaResponseInvalid",
        "1073744327,  2503, HTTP 503",
    })
    void flagsInItsErrorCodesAreNotTheError(String sent, int code, String name) throws Exception {
        check("1.0.0", updated("0.0.0.0"));

        Document answer =
                report(
                        "<event eventtype=\"3\" eventresult=\"0\" errorcode=\"%s\"></event>"
                                .formatted(sent));

        assertThat(read(answer, "/response/app/event/@status")).isEqualTo("ok");
        var error = host().get("lastError");
        assertThat(error.get("code").asInt()).isEqualTo(code);
        assertThat(error.get("name").asString()).isEqualTo(name);
        assertThat(error.get("version").asString()).isEqualTo("1.1.0");
        assertThat(state()).isEqualTo("failed");
        assertThat(read(check("1.0.0", updated("")), CHECK + "/@status"))
                .as("nothing of this judges the release")
                .isEqualTo("ok");
    }

    @Test
    void itsRollbackIsOneAndTheReleaseIsNotOfferedAgain() throws Exception {
        check("1.0.0", updated("0.0.0.0"));

        Document answer =
                check(
                        "1.0.0",
                        "<event eventtype=\"3\" eventresult=\"0\" errorcode=\"44\"></event>");

        assertThat(read(answer, CHECK + "/@status")).isEqualTo("noupdate");
        assertThat(state()).isEqualTo("rolled-back");
        assertThat(host().get("failedVersions").get(0).asString()).isEqualTo("1.1.0");
    }

    @Test
    void aReleaseThatItCannotApplyIsNotOfferedToIt() throws Exception {
        server.publish("1.2.0");
        track = "demo";

        assertThat(read(check("1.0.0", updated("")), CHECK + "/@status")).isEqualTo("noupdate");
        assertThat(host().get("decision").get("reason").asString()).isEqualTo("capability-missing");
    }

    @Test
    void whatItsAdministratorCallsItIsShown() throws Exception {
        check("1.0.0", updated("0.0.0.0"));

        assertThat(host().get("machineAlias").asString()).isEqualTo("edge <7>");
        assertThat(server.json("/api/hosts").findValuesAsString("machineAlias"))
                .contains("edge <7>");
        assertThat(host().get("bootId").asString())
                .isEqualTo("6f1c7a52-8a70-4a9c-a3ab-6a86a6b5a9d1");
    }

    private static String updated(String from) {
        return "<event eventtype=\"3\" eventresult=\"2\" previousversion=\"%s\"></event>"
                .formatted(from);
    }

    private Document check(String version, String event) throws Exception {
        return post(
                version,
                "<ping active=\"1\"></ping>\n        <updatecheck></updatecheck>\n        "
                        + event);
    }

    private Document report(String event) throws Exception {
        return post("1.0.0", event);
    }

    /** As GetRequestXml of omaha_request_action.cc. */
    private Document post(String version, String body) throws Exception {
        HttpResponse<String> answer =
                server.post(
                        "/v1/update/",
                        """
                        <?xml version="1.0" encoding="UTF-8"?>
                        <request protocol="3.0" version="update_engine-0.4.10" updaterversion="update_engine-0.4.10" installsource="scheduler" ismachine="1">
                            <os version="Chateau" platform="CoreOS" sp="%1$s_x86_64"></os>
                            <app appid="%2$s" version="%1$s" track="%5$s" bootid="{6f1c7a52-8a70-4a9c-a3ab-6a86a6b5a9d1}" oem="qemu" oemversion="" alephversion="1.0.0" machineid="%3$s" machinealias="edge &lt;7&gt;" lang="en-US" board="amd64-usr" hardware_class="" delta_okay="false" >
                                %4$s
                            </app>
                        </request>
                        """
                                .formatted(version, AppId.KEELSON, machine(), body, track));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8)));
    }

    private static String read(Document answer, String path) throws Exception {
        XPath xpath = XPathFactory.newInstance().newXPath();
        return xpath.evaluate(path, answer);
    }

    private static byte[] digest(String algorithm, byte[] bytes) throws Exception {
        return MessageDigest.getInstance(algorithm).digest(bytes);
    }

    private String state() throws Exception {
        return host().get("state").asString();
    }
}
