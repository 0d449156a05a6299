package io.keelson.qemu.scenario;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Updates one after the other, and a daemon that is killed on the way. */
@Tag("scenario-long")
class UpdateChainTest {
    @TestFactory
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> scenarios() throws Exception {
        return Played.as("update-chain", UpdateChain::play);
    }
}
