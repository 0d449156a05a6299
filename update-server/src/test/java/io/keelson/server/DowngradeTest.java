package io.keelson.server;

import static io.keelson.server.ServerFixture.NOW;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.omaha.EventResult;
import io.keelson.omaha.EventType;
import io.keelson.omaha.OmahaEvent;
import io.keelson.omaha.RequestApp;
import io.keelson.omaha.UpdateCheck;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.downgrade.DowngradeStatement;
import io.keelson.payload.downgrade.SignedDowngrade;
import io.keelson.payload.generate.DowngradeSigning;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The channel goes back to an older release, by a statement that the server cannot make. */
class DowngradeTest {
    private static final String PATH = "/api/channels/demo/downgrade";

    private ServerFixture server;
    private String payload;

    @BeforeEach
    void publishTwoReleasesAndGoBackToTheFirst(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory);
        server.publish("1.0.0");
        server.publish("1.1.0");
        server.promote("demo", "1.0.0");
        payload = server.json("/api/releases/1.0.0").get("payloadSha256").asString();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void hostsThatKnowStatementsAreOfferedTheOlderReleaseWithIt() throws Exception {
        assertThat(server.check(knowing("1.1.0"))).isInstanceOf(UpdateCheck.NoUpdate.class);

        HttpResponse<String> answer = put(statement(ServerFixture.TRUSTED, "1.1.0", payload));
        server.restart();

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(server.check(knowing("1.1.0")))
                .isInstanceOfSatisfying(
                        UpdateCheck.Update.class,
                        update -> {
                            assertThat(update.manifest().version()).isEqualTo("1.0.0");
                            var sent =
                                    SignedDowngrade.unpack(
                                            update.manifest().downgrade().orElseThrow());
                            assertThat(sent.isSignedBy(keys())).isTrue();
                        });
        assertThat(server.host().get("decision").get("message").asString())
                .isEqualTo(
                        "the host was offered 1.0.0, older than what it runs, by the channel's"
                                + " signed statement");
        assertThat(server.check(ServerFixture.host("1.1.0", "boot-2")))
                .isInstanceOf(UpdateCheck.NoUpdate.class);
        assertThat(server.check(knowing("1.2.0"))).isInstanceOf(UpdateCheck.NoUpdate.class);
        assertThat(reason()).isEqualTo("newer-on-host");
        assertThat(server.check(knowing("0.9.0")))
                .isInstanceOfSatisfying(
                        UpdateCheck.Update.class,
                        update -> assertThat(update.manifest().downgrade()).isEmpty());
    }

    @Test
    void aHostThatRefusedTheStatementIsOfferedTheNextOne() throws Exception {
        put(statement(ServerFixture.TRUSTED, "1.1.0", payload));
        server.check(knowing("1.1.0"));
        server.report(
                knowing("1.1.0"),
                new OmahaEvent(
                        EventType.UPDATE_COMPLETE,
                        EventResult.ERROR,
                        Optional.of(35 | 1 << 28),
                        "",
                        "1.0.0",
                        "downgrade from 1.1.0 to 1.0.0 refused",
                        Optional.empty()));

        assertThat(server.host().get("lastError").get("reason").asString())
                .isEqualTo("downgrade from 1.1.0 to 1.0.0 refused");
        assertThat(server.host().get("failedVersions")).isEmpty();
        assertThat(server.check(knowing("1.1.0"))).isInstanceOf(UpdateCheck.Update.class);
    }

    @Test
    void aStatementThatIsWithdrawnIsSentNoMore() throws Exception {
        put(statement(ServerFixture.TRUSTED, "1.1.0", payload));

        HttpResponse<String> answer =
                server.exchange(HttpRequest.newBuilder(server.uri(PATH)).DELETE());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(server.check(knowing("1.1.0"))).isInstanceOf(UpdateCheck.NoUpdate.class);
    }

    @ParameterizedTest(name = "{0} key, channel {1}, to {2}, {3} payload, issued {4}: {5}")
    @CsvSource({
        "rogue,   demo,  1.0.0, its,   0,  is not signed with a key this server trusts",
        "trusted, other, 1.0.0, its,   0,  'is for channel other, not demo'",
        "trusted, demo,  0.9.0, its,   0,  'allows release 0.9.0, which is not published here'",
        "trusted, demo,  1.0.0, other, 0,  names another payload of 1.0.0 than the one on offer",
        "trusted, demo,  1.0.0, its,   -8, was good until 2026-11-19T08:00:00Z",
    })
    void whatHostsWouldRefuseIsRefusedAtOnce(
            String key, String channel, String to, String whose, int issuedInDays, String why)
            throws Exception {
        KeyPair pair = key.equals("rogue") ? ServerFixture.ROGUE : ServerFixture.TRUSTED;
        String hash = whose.equals("its") ? payload : "ab".repeat(32);
        Instant issued = NOW.plus(Duration.ofDays(issuedInDays));

        HttpResponse<String> answer = put(statement(pair, channel, "1.1.0", to, hash, issued));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(ServerFixture.parse(answer).get("message").asString())
                .isEqualTo("the statement " + why);
        assertThat(server.check(knowing("1.1.0"))).isInstanceOf(UpdateCheck.NoUpdate.class);
    }

    private HttpResponse<String> put(String statement) throws Exception {
        return server.put(PATH, BodyPublishers.ofString(statement));
    }

    private String reason() throws Exception {
        return server.host().get("decision").get("reason").asString();
    }

    private static RequestApp knowing(String version) {
        return ServerFixture.host(version, "boot-" + version)
                .able(
                        new RequestApp.Abilities(
                                "",
                                Stream.concat(
                                                ServerFixture.FULL_PAYLOADS.stream(),
                                                Stream.of(DowngradeStatement.ABILITY))
                                        .toList()));
    }

    private static TrustedKeys keys() {
        return new TrustedKeys(List.of(ServerFixture.TRUSTED.getPublic()), 1);
    }

    private static String statement(KeyPair key, String from, String payload) throws Exception {
        return statement(key, "demo", from, "1.0.0", payload, NOW);
    }

    private static String statement(
            KeyPair key, String channel, String from, String to, String payload, Instant issued)
            throws Exception {
        var statement =
                new DowngradeStatement(
                        channel,
                        DowngradeStatement.from(List.of(from)),
                        new ReleaseVersion(to),
                        payload,
                        issued,
                        issued.plus(Duration.ofDays(7)));
        return DowngradeSigning.sign(statement, List.of(key.getPrivate())).text();
    }
}
