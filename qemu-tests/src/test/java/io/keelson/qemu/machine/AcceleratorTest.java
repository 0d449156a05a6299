package io.keelson.qemu.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcceleratorTest {
    @Test
    void onlyGuestsOfAnEmulatorThatRunsStaleCodeAreTamed() {
        var old = new Accelerator(Accelerator.Kind.TCG, true, "");
        var recent = new Accelerator(Accelerator.Kind.TCG, false, "");

        assertThat(old.arguments()).contains("max,cx16=off,la57=off");
        assertThat(old.credentials())
                .containsEntry("systemd.unit-dropin.keelsond.service", "[Service]\nCPUAffinity=1\n")
                .containsEntry(
                        "systemd.unit-dropin.keelson-health.service", "[Service]\nCPUAffinity=0\n");
        assertThat(recent.arguments()).contains("max,la57=off");
        assertThat(recent.credentials()).isEmpty();
    }
}
