package io.keelson.qemu.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.qemu.machine.VirtualMachine;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class EmulatorFaultTest {
    private final IOException failure = new IOException("try 2 was not seen");

    @Test
    void staleBreakpointIsTheEmulatorsFault() {
        String console =
                "[    2.202270] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI\r\n[    2.2] CPU: 0\r\n";

        assertThat(EmulatorFault.in(console, true, failure))
                .hasValueSatisfying(fault ->
                        assertThat(fault)
                                .hasMessageContaining("Oops: int3: 0000 [#1]")
                                .hasCause(failure));
        assertThat(EmulatorFault.in(console, false, failure)).as("of a newer emulator").isEmpty();
    }

    @Test
    void firmwareThatHangsBeforeAKernelIsTheEmulatorsFault() {
        String console =
                "BdsDxe: starting Boot0001\r\n Keelson 1.2.0  Boot in 1 s.  \r\nBdsDxe: loading Boot0001";

        assertThat(EmulatorFault.in(console, false, failure)).isPresent();
    }

    @Test
    void startedKernelRefusedImageAndPowerCutAreNot() {
        String menu = "BdsDxe: starting Boot0001\r\n Keelson 1.2.0  Boot in 1 s.  \r\n";

        assertThat(
                        EmulatorFault.in(
                                menu + "EFI stub: UEFI Secure Boot\r\nBdsDxe: loading",
                                true,
                                failure))
                .isEmpty();
        assertThat(
                        EmulatorFault.in(
                                menu + VirtualMachine.POWER_CUT + "BdsDxe: loading", true, failure))
                .isEmpty();
        assertThat(
                        EmulatorFault.in(
                                menu + "Error loading: denied\r\nBdsDxe: loading", true, failure))
                .isEmpty();
    }

    @Test
    void anyOtherDeathOfTheKernelIsAFailure() {
        String console =
                """
                [    2.2] Oops: general protection fault, probably for non-canonical address
                [    2.3] Kernel panic - not syncing: Fatal exception in interrupt
                """;

        assertThat(EmulatorFault.in(console, true, failure)).isEmpty();
    }
}
