package io.keelson.qemu.scenario;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A release that hangs is left by the watchdog. */
@Tag("scenario-long")
class HungBootTest {
    @TestFactory
    @Timeout(value = 40, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> scenarios() throws Exception {
        return Played.as("hung-boot", HungBoot::play);
    }
}
