package io.keelson.qemu.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class EmulatorFaultTest {
    private final IOException failure = new IOException("try 2 was not seen");

    @Test
    void staleBreakpointIsTheEmulatorsFault() {
        String console =
                "[    2.202270] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI\r\n[    2.2] CPU: 0\r\n";

        assertThat(EmulatorFault.in(console, failure))
                .hasValueSatisfying(fault ->
                        assertThat(fault)
                                .hasMessageContaining("Oops: int3: 0000 [#1]")
                                .hasCause(failure));
    }

    @Test
    void anyOtherDeathOfTheKernelIsAFailure() {
        String console =
                """
                [    2.2] Oops: general protection fault, probably for non-canonical address
                [    2.3] Kernel panic - not syncing: Fatal exception in interrupt
                """;

        assertThat(EmulatorFault.in(console, failure)).isEmpty();
    }
}
