package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.Architecture;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A server offers a release that was made, and signed, for other machines. */
class ProcessorTest {
    @TempDir Path directory;
    private TestHost host;

    @BeforeEach
    void installAReleaseForAmd64() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        Files.write(
                host.linux().resolve("keelson_1.0.0.efi"),
                TestRelease.program(Architecture.AMD64.peMachine()));
    }

    @Test
    void releaseForAnotherProcessorIsRefusedBeforeItCouldBoot() throws Exception {
        host.server.offered =
                TestRelease.withImage(directory, "1.1.0", Architecture.ARM64.peMachine());
        Agent agent = host.start();

        host.runFor(agent, Duration.ofHours(5));

        String sentence =
                "release 1.1.0 is not for this host: its boot image is for arm64, this host is"
                        + " amd64";
        assertThat(host.entryNames()).containsExactly("keelson_1.0.0.efi");
        assertThat(host.rebootRequests).isZero();
        assertThat(host.server.downloads).as("tried once").isEqualTo(1);
        assertThat(host.server.events()).isEqualTo("13/1 3/0:12");
        assertThat(host.server.reports.getLast().reason()).isEqualTo(sentence);
        assertThat(agent.memory().history().lastError()).contains(sentence);
    }

    @Test
    void releaseForTheSameProcessorIsTaken() throws Exception {
        host.server.offered =
                TestRelease.withImage(directory, "1.1.0", Architecture.AMD64.peMachine());

        host.runUntil(host.start(), "rebooting");

        assertThat(host.entryNames()).containsExactly("keelson_1.1.0+3.efi", "keelson_1.0.0.efi");
    }
}
