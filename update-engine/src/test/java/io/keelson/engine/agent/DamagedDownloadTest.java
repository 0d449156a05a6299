package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class DamagedDownloadTest {
    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"0, 21", "16, 32", "60, 10", "100000, 29"})
    void releaseThatWasDamagedOnTheWayIsFetchedAgainLessAndLessOften(int place, int code)
            throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        TestRelease two = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        var host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.server.offered = two;
        host.server.damagedByte = place;
        Agent agent = host.start();

        host.runFor(agent, Duration.ofHours(8));
        int downloads = host.server.downloads;
        host.server.damagedByte = -1;
        host.runFor(agent, Duration.ofHours(6));

        assertThat(host.server.reports.get(1).errorCode()).hasValue(code);
        assertThat(downloads).isBetween(3, 12);
        assertThat(agent.memory().bad()).isEmpty();
        assertThat(host.boot()).isEqualTo(two.version());
    }
}
