package io.keelson.server;

import static io.keelson.server.ServerFixture.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.omaha.ErrorCode;
import io.keelson.omaha.EventResult;
import io.keelson.omaha.EventType;
import io.keelson.omaha.OmahaEvent;
import io.keelson.omaha.RequestApp;
import io.keelson.omaha.UpdateCheck;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

class HostStoryTest {
    private static final RequestApp ON_1_0 = host("1.0.0", "boot-1");
    private static final RequestApp ON_1_1 = host("1.1.0", "boot-2");

    private ServerFixture server;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aHostIsFollowedThroughAnUpdateAndThroughOneThatFails() throws Exception {
        server.publish("1.1.0");

        assertThat(server.check(ON_1_0))
                .isInstanceOfSatisfying(
                        UpdateCheck.Update.class,
                        update ->
                                assertThat(update.uris(update.manifest().full()))
                                        .containsExactly(
                                                server.uri("/payloads/keelson-1.1.0.payload")));
        assertThat(state()).isEqualTo("offered");
        server.report(ON_1_0, step(EventType.UPDATE_DOWNLOAD_STARTED, "1.1.0"));
        assertThat(state()).isEqualTo("downloading");
        server.report(ON_1_0, step(EventType.UPDATE_DOWNLOAD_FINISHED, "1.1.0"));
        assertThat(state()).isEqualTo("downloaded");
        server.report(ON_1_0, step(EventType.UPDATE_COMPLETE, "1.1.0"));
        assertThat(state()).isEqualTo("reboot-pending");
        assertThat(server.check(ON_1_1, rebootedFrom("1.0.0"))).isEqualTo(nothing());
        assertThat(state()).isEqualTo("updated");
        assertThat(server.host().get("version").asString()).isEqualTo("1.1.0");
        assertThat(server.host().get("previousVersion").asString()).isEqualTo("1.0.0");

        server.publish("1.2.0");
        assertThat(server.check(ON_1_1)).isInstanceOf(UpdateCheck.Update.class);
        OmahaEvent rollback =
                OmahaEvent.failure(
                        ErrorCode.ROLLBACK | 1 << 28, "1.1.0", "1.2.0", "health gate: api is down");
        assertThat(server.check(host("1.1.0", "boot-6"), rollback)).isEqualTo(nothing());

        JsonNode host = server.host();
        assertThat(host.get("state").asString()).isEqualTo("rolled-back");
        assertThat(host.get("lastError").get("version").asString()).isEqualTo("1.2.0");
        assertThat(host.get("lastError").get("code").asInt()).isEqualTo(44);
        assertThat(host.get("lastError").get("name").asString()).isEqualTo("Rollback");
        assertThat(host.get("lastError").get("reason").asString())
                .isEqualTo("health gate: api is down");
        assertThat(reason()).isEqualTo("failed-here-before");
        assertThat(host.get("failedVersions").get(0).asString()).isEqualTo("1.2.0");
        assertThat(host.get("events")).hasSize(5);
    }

    @Test
    void aFailedReleaseIsOfferedAgainOnlyAfterARetryOrANewerOne() throws Exception {
        server.publish("1.2.0");
        server.check(ON_1_1);
        server.check(ON_1_1, OmahaEvent.failure(ErrorCode.ROLLBACK, "", "", ""));
        assertThat(server.check(ON_1_1)).isEqualTo(nothing());

        server.post("/api/hosts/" + ServerFixture.MACHINE + "/retry", "");
        String wish = retryWish().orElseThrow();
        assertThat(server.host().get("retryAsked").asString()).isEqualTo(wish);
        assertThat(retryWish()).as("the host knows which it has followed").contains(wish);

        server.check(ON_1_1, OmahaEvent.failure(ErrorCode.ROLLBACK, "", "", ""));
        assertThat(server.check(ON_1_1)).isEqualTo(nothing());
        server.publish("1.2.1");
        assertThat(server.check(ON_1_1)).isInstanceOf(UpdateCheck.Update.class);
    }

    private Optional<String> retryWish() throws Exception {
        return ((UpdateCheck.Update) server.check(ON_1_1)).manifest().retry();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 21, 24, 29, 32, 2503})
    void aPayloadThatWasDamagedOnTheWayIsOfferedAgain(int code) throws Exception {
        server.publish("1.2.0");
        server.check(ON_1_1);

        server.report(ON_1_1, OmahaEvent.failure(code, "1.1.0", "1.2.0", "cut off"));

        assertThat(state()).isEqualTo("failed");
        assertThat(server.check(ON_1_1)).isInstanceOf(UpdateCheck.Update.class);
    }

    @Test
    void aFailedReleaseIsOfferedToAHostWhoseOperatorAsksAgain() throws Exception {
        server.publish("1.2.0");
        server.check(ON_1_1);
        server.check(ON_1_1, OmahaEvent.failure(ErrorCode.ROLLBACK, "", "", ""));

        assertThat(server.retry(ON_1_1)).isInstanceOf(UpdateCheck.Update.class);
        assertThat(state()).isEqualTo("offered");
        assertThat(server.check(ON_1_1)).isEqualTo(nothing());
        server.post("/api/channels/demo/pause", "");
        assertThat(server.retry(ON_1_1)).isEqualTo(nothing());
        assertThat(reason()).isEqualTo("channel-paused");
    }

    @Test
    void aPayloadTheHostDoesNotTrustIsShownAsRefused() throws Exception {
        server.publish("1.2.0");
        server.check(ON_1_1);

        OmahaEvent refusal =
                OmahaEvent.failure(
                        ErrorCode.METADATA_SIGNATURE_MISMATCH, "1.1.0", "1.2.0", "not our key");
        server.report(ON_1_1, refusal);

        assertThat(state()).isEqualTo("refused");
        assertThat(server.host().get("lastError").get("name").asString())
                .isEqualTo("MetadataSignatureMismatch");
        assertThat(server.check(ON_1_1)).isEqualTo(nothing());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                ErrorCode.DOWNLOAD_TRANSFER,
                ErrorCode.DOWNLOAD_WRITE,
                ErrorCode.INSTALL_DEVICE_OPEN,
                ErrorCode.NOT_ENOUGH_SPACE
            })
    void whatIsNotItsFaultDoesNotCountAgainstTheRelease(int code) throws Exception {
        server.publish("1.2.0");
        server.check(ON_1_1);

        server.report(ON_1_1, OmahaEvent.failure(code, "", "1.2.0", "reset"));

        assertThat(state()).isEqualTo("failed");
        assertThat(server.check(ON_1_1)).isInstanceOf(UpdateCheck.Update.class);
    }

    @Test
    void repeatedEventsAreStoredOncePerAttempt() throws Exception {
        server.publish("1.2.0");
        server.check(ON_1_1);
        OmahaEvent started = step(EventType.UPDATE_DOWNLOAD_STARTED, "1.2.0");
        server.report(ON_1_1, started);
        server.report(ON_1_1, step(EventType.UPDATE_DOWNLOAD_FINISHED, "1.2.0"));
        server.report(ON_1_1, started);
        assertThat(state()).isEqualTo("downloaded");
        assertThat(server.host().get("events")).hasSize(2);

        server.report(ON_1_1, OmahaEvent.failure(ErrorCode.DOWNLOAD_TRANSFER, "", "1.2.0", ""));
        server.check(ON_1_1);
        server.report(ON_1_1, started);
        assertThat(state()).isEqualTo("downloading");
        assertThat(server.host().get("events")).hasSize(4);
    }

    @Test
    void eventsOfOrdinaryChecksAreNoise() throws Exception {
        server.publish("1.1.0");

        server.check(ON_1_1, rebootedFrom(""));
        server.check(ON_1_1, rebootedFrom("0.0.0.0"));

        assertThat(state()).isEqualTo("up-to-date");
        assertThat(reason()).isEqualTo("up-to-date");
    }

    @Test
    void everyDenialIsAnAnswerWithAReasonAndAnInterval() throws Exception {
        assertThat(server.check(ON_1_0)).isEqualTo(nothing());
        assertThat(reason()).isEqualTo("unknown-channel");
        server.put("/api/channels/demo", body("{\"pollIntervalSeconds\":60}"));
        assertThat(server.check(ON_1_0)).isEqualTo(new UpdateCheck.NoUpdate(OptionalLong.of(60)));
        assertThat(reason()).isEqualTo("no-release");
        server.publish("1.1.0");
        server.post("/api/channels/demo/pause", "");
        server.check(ON_1_0);
        assertThat(reason()).isEqualTo("channel-paused");
        server.check(host("1.10.0", "boot-1"));
        assertThat(reason()).isEqualTo("newer-on-host");
        server.post("/api/channels/demo/resume", "");
        assertThat(server.check(ON_1_0)).isInstanceOf(UpdateCheck.Update.class);
        assertThat(reason()).isEqualTo("offered");
    }

    @Test
    void aRestartForgetsNothing() throws Exception {
        server.publish("1.2.0");
        server.check(ON_1_1);
        server.report(ON_1_1, OmahaEvent.failure(ErrorCode.ROLLBACK, "", "1.2.0", "no"));
        JsonNode before = server.host();

        server.restart();

        assertThat(server.host()).isEqualTo(before);
        assertThat(server.check(ON_1_1)).isEqualTo(nothing());
        assertThat(reason()).isEqualTo("failed-here-before");
    }

    private String state() throws Exception {
        return server.host().get("state").asString();
    }

    private String reason() throws Exception {
        return server.json("/api/hosts/" + ServerFixture.MACHINE + "/why")
                .get("decision")
                .get("reason")
                .asString();
    }

    private static java.net.http.HttpRequest.BodyPublisher body(String json) {
        return java.net.http.HttpRequest.BodyPublishers.ofString(json);
    }

    private static UpdateCheck nothing() {
        return new UpdateCheck.NoUpdate(OptionalLong.of(2700));
    }

    private static OmahaEvent step(int type, String version) {
        return OmahaEvent.success(type, EventResult.SUCCESS, "", version);
    }

    private static OmahaEvent rebootedFrom(String version) {
        return OmahaEvent.success(
                EventType.UPDATE_COMPLETE, EventResult.SUCCESS_REBOOT, version, "");
    }
}
