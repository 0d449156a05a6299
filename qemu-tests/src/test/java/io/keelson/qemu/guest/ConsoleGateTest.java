package io.keelson.qemu.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.qemu.guest.ConsoleGate.Finding;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

class ConsoleGateTest {
    @Test
    void aGoodBootPasses() throws IOException {
        assertThat(ConsoleGate.strict().findings(fixture("good-boot.txt"))).isEmpty();
    }

    @Test
    void aCorruptedSlotFailsForItsBlockAndItsPanic() throws IOException {
        assertThat(ConsoleGate.strict().findings(fixture("corrupted-slot.txt")))
                .extracting(Finding::symptom)
                .containsExactly(Symptom.CORRUPTED_VERITY, Symptom.KERNEL_PANIC);
    }

    @Test
    void aFailedUnitFailsAndNamesItself() throws IOException {
        List<Finding> findings = ConsoleGate.strict().findings(fixture("failed-health-gate.txt"));

        assertThat(findings)
                .extracting(Finding::symptom)
                .contains(Symptom.FAILED_UNIT, Symptom.FAILED_DEPENDENCY);
        assertThat(findings.getFirst().line()).contains("keelson-health.service");
    }

    @Test
    void whatAScenarioProvokesPassesAndNothingElseDoes() throws IOException {
        ConsoleGate gate =
                ConsoleGate.strict()
                        .expectingLine("keelson-health\\.service|boot-complete\\.target");

        assertThat(gate.findings(fixture("failed-health-gate.txt"))).isEmpty();
        assertThat(gate.findings("[FAILED] Failed to start other.service - Something else."))
                .extracting(Finding::symptom)
                .containsExactly(Symptom.FAILED_UNIT);
    }

    @Test
    void anExpectedSymptomPassesWhateverItsWords() throws IOException {
        ConsoleGate gate =
                ConsoleGate.strict()
                        .expecting(Symptom.CORRUPTED_VERITY)
                        .expecting(Symptom.KERNEL_PANIC);

        assertThat(gate.findings(fixture("corrupted-slot.txt"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    [    3.1] Kernel panic - not syncing: VFS: Unable to mount root fs | KERNEL_PANIC
                    [    3.1] BUG: unable to handle page fault for address: 0000000000000008 | KERNEL_OOPS
                    [    9.0] Oops: 0002 [#1] PREEMPT SMP NOPTI | KERNEL_OOPS
                    device-mapper: verity: 254:2: data block 81 is corrupted | CORRUPTED_VERITY
                    device-mapper: verity: 254:2: metadata block 3 is corrupted | CORRUPTED_VERITY
                    [  12.3] I/O error, dev vda, sector 2048 op 0x0:(READ) flags 0x0 | IO_ERROR
                    [  12.3] EXT4-fs error (device vda6): ext4_lookup:1855: inode #2 | FILE_SYSTEM_ERROR
                    [FAILED] Failed to start keelsond.service - Keelson host daemon. | FAILED_UNIT
                    [DEPEND] Dependency failed for local-fs.target - Local File Systems. | FAILED_DEPENDENCY
                    systemd[1]: local-fs.target: Found ordering cycle on a.service/start | ORDERING_CYCLE
                    You are in emergency mode. After logging in, type "journalctl -xb" | EMERGENCY
                    systemd[1]: Freezing execution. | FROZEN
                    [   60.1] Out of memory: Killed process 412 (java) total-vm:2100000kB | OUT_OF_MEMORY
                    [   61.0] java[412]: segfault at 8 ip 00007f0 sp 00007ff error 4 | CRASHED_PROGRAM
                    [  242.1] INFO: task kworker/0:1:9 blocked for more than 120 seconds. | HUNG_TASK
                    """)
    void everySymptomIsRecognised(String line, Symptom symptom) {
        assertThat(ConsoleGate.strict().findings("before\n" + line + "\nafter"))
                .extracting(Finding::symptom)
                .contains(symptom);
    }

    private static String fixture(String name) throws IOException {
        try (InputStream in = ConsoleGateTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
