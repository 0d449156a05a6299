package io.keelson.qemu.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.qemu.lab.Attempts;
import io.keelson.qemu.lab.Lab;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;

/** keelsond's memory on a host, by TLS. */
@Tag("scenario-long")
class GuestFootprintTest {
    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void keelsondTakesNoMoreThanItMay() throws Exception {
        try (Lab lab =
                Attempts.run(Played.settings("footprint"), Played::timeline, GuestFootprint::pass)
                        .lab()) {
            lab.timeline().table();
            assertThat(lab.timeline().facts()).hasSize(2);
        }
    }
}
