package io.keelson.qemu.scenario;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A release that does not boot is left, and the one before comes back. */
@Tag("scenario-long")
class BadBootsTest {
    @TestFactory
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> scenarios() throws Exception {
        return Played.as("bad-boots", BadBoots::play);
    }
}
