package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.Architecture;
import io.keelson.engine.server.HostIdentity;
import io.keelson.engine.server.OmahaServer;
import io.keelson.omaha.ErrorCode;
import io.keelson.omaha.RequestApp;

import okhttp3.OkHttpClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The whole agent against a server of the other kind (reference: the protocol as documented). */
class NebraskaTest {
    @TempDir Path directory;
    private TestHost host;
    private NebraskaServer nebraska;

    @BeforeEach
    void start() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        nebraska = new NebraskaServer(TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY));
    }

    @AfterEach
    void stop() {
        nebraska.close();
    }

    @Test
    void updateIsFollowedFromGrantToCompletion() throws Exception {
        Agent agent = agent();
        host.runUntil(agent, "rebooting");
        String before = nebraska.status();
        host.boot();
        agent = agent();
        host.runGate();

        host.runUntil(agent, "idle");
        host.runFor(agent, Duration.ofHours(2));

        assertThat(before).isEqualTo("Downloaded");
        assertThat(host.version().text()).isEqualTo("1.1.0");
        assertThat(nebraska.events).containsExactly("13/1", "14/1", "3/1", "3/2");
        assertThat(nebraska.rejected).isEmpty();
        assertThat(nebraska.status()).isEqualTo("Complete");
    }

    @Test
    void hostIsNamedAsUpdateEngineNamesIt() throws Exception {
        host.runFor(agent(), Duration.ofMinutes(2));

        String request = nebraska.requests.getFirst();
        assertThat(request)
                .contains(
                        "protocol=\"3.0\"",
                        "installsource=\"scheduler\"",
                        "ismachine=\"1\"",
                        "sp=\"1.0.0_x86_64\"",
                        "track=\"demo\"",
                        "board=\"amd64-usr\"",
                        "machineid=\"0123456789abcdef0123456789abcdef\"",
                        "machinealias=\"edge-7\"",
                        "bootid=\"{b}\"",
                        "oem=\"qemu\"",
                        "oemversion=\"7.2\"",
                        "alephversion=\"0.9.0\"",
                        "<ping active=\"1\"");
    }

    @Test
    void rollbackIsReportedWithTheMarkOfAnOtherServer() throws Exception {
        Agent agent = agent();
        host.runUntil(agent, "rebooting");
        host.boot();
        host.isGateHealthy = false;
        host.runGate();
        for (int tries = 0; host.version().text().equals("1.1.0") && tries < 5; tries++) {
            host.boot();
        }
        host.isGateHealthy = true;

        host.runFor(agent(), Duration.ofSeconds(2));

        assertThat(nebraska.events).endsWith("3/0");
        String report =
                nebraska.requests.stream().filter(r -> r.contains("errorcode")).findFirst().get();
        assertThat(report)
                .contains("errorcode=\"" + (ErrorCode.ROLLBACK | 1 << 28) + "\"")
                .contains("nextversion=\"1.1.0\"");
        assertThat(nebraska.status()).isEqualTo("Error");
    }

    @Test
    void ruleThatKeepsAnUpdateBackIsNoErrorAndIsSaid() throws Exception {
        nebraska.denial = "error-maxConcurrentUpdatesLimitReached";
        Agent agent = agent();

        host.runFor(agent, Duration.ofHours(3));
        int checks = nebraska.requests.size();
        nebraska.denial = "";
        host.runUntil(agent, "rebooting");

        assertThat(checks).isBetween(3, 5);
        assertThat(nebraska.events).containsExactly("13/1", "14/1", "3/1");
    }

    @Test
    void reasonOfARuleIsInTheStatus() throws Exception {
        nebraska.denial = "error-updatesDisabled";
        Agent agent = agent();

        host.runFor(agent, Duration.ofMinutes(2));

        assertThat(agent.memory().history().lastError())
                .contains("the server gives out no update now: error-updatesDisabled");
    }

    @Test
    void serverThatSaysNothingIsToldOnceWhatIsWrong() throws Exception {
        nebraska.isSpeechless = true;
        Agent agent = agent();
        host.runFor(agent, Duration.ofMinutes(10));
        nebraska.isSpeechless = false;
        nebraska.denial = "error-updatesDisabled";

        host.runFor(agent, Duration.ofHours(5));

        assertThat(nebraska.events).containsExactly("3/0");
        assertThat(nebraska.requests.stream().filter(r -> r.contains("errorcode")))
                .first()
                .asString()
                .contains("errorcode=\"" + (ErrorCode.OMAHA_XML_PARSE | 1 << 28) + "\"");
    }

    private Agent agent() throws Exception {
        var identity =
                new HostIdentity(
                        "0123456789abcdef0123456789abcdef",
                        "{b}",
                        "demo",
                        Architecture.AMD64,
                        "0.9.0",
                        () -> RequestApp.Abilities.NONE,
                        new HostIdentity.Names(
                                NebraskaServer.APP_ID,
                                "qemu",
                                new RequestApp.Labels("edge-7", "7.2"),
                                false));
        return Agent.start(
                host.parts(new OmahaServer(new OkHttpClient(), nebraska.address(), identity)));
    }
}
