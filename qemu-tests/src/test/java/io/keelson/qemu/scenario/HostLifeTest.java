package io.keelson.qemu.scenario;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Trouble around a host, and what becomes of it. */
@Tag("scenario-long")
class HostLifeTest {
    @TestFactory
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> scenarios() throws Exception {
        return Played.as("host-life", HostLife::play);
    }
}
