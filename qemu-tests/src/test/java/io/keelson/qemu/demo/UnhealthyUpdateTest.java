package io.keelson.qemu.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UnhealthyUpdateTest {
    private static final String SAID =
            "root@localhost:~# [   72.94] sh[580]: keelson: health gate failed, rebooting (tries are counted by systemd-boot)";

    @Test
    void aTryTellsItsReleaseAndItsEntry() throws Exception {
        assertThat(UnhealthyUpdate.Try.in(SAID + " release=1.2.0 entry=keelson_1.2.0+2-1.efi"))
                .isEqualTo(new UnhealthyUpdate.Try("1.2.0", "keelson_1.2.0+2-1.efi"));
    }

    @Test
    void aTryThatDoesNotTellIsShownAsItIs() {
        assertThatThrownBy(() -> UnhealthyUpdate.Try.in(SAID))
                .hasMessageContaining("did not tell its boot entry")
                .hasMessageContaining("sh[580]");
    }
}
