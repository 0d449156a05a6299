package io.keelson.qemu.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QemuTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3),      true
                    QEMU emulator version 8.0.5,                                         true
                    QEMU emulator version 8.1.0,                                         false
                    QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2+deb13u1~bpo12+1), false
                    QEMU of unknown version,                                             true
                    """)
    void runsStaleCodeBefore8Point1(String version, boolean runsIt) {
        assertThat(Qemu.runsStaleCode(version)).isEqualTo(runsIt);
    }
}
