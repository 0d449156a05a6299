package io.keelson.image.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebVersionTest {
    @ParameterizedTest
    @CsvSource({
        "1.0, <, 1.1",
        "1.9, <, 1.10",
        "1.0~rc1, <, 1.0",
        "1.0~~, <, 1.0~",
        "1.0, <, 1.0+b1",
        "1.0-1, <, 1.0-1+deb13u1",
        "1.0-1+deb13u1, <, 1.0-2",
        "1.0a, <, 1.0+",
        "1.0, =, 1.0-0",
        "1.00, =, 1.0",
        "2.0, <, 1:1.0",
        "0:1.0, =, 1.0",
        "6.12.107-1, <, 6.12.117-1",
        "3.5.7-1~deb13u2, <, 3.5.7-1~deb13u3",
        "1:1.3.dfsg+really1.3.1-1+b1, <, 1:1.3.dfsg+really1.3.1-1+deb13u1",
        "2.41-12+deb13u4, >, 2.41-12",
        "1.0-1-1, <, 1.0-1-2",
        "99999999999999999999, <, 100000000000000000000",
    })
    void versionsSortAsDebianPolicySays(String left, String order, String right) {
        int sign = Integer.signum(new DebVersion(left).compareTo(new DebVersion(right)));
        int back = Integer.signum(new DebVersion(right).compareTo(new DebVersion(left)));

        assertThat(sign).isEqualTo("<=>".indexOf(order) - 1);
        assertThat(back).isEqualTo(-sign);
    }

    @Test
    void aVersionWithASpaceIsRefused() {
        assertThatThrownBy(() -> new DebVersion("1.0 beta"))
                .hasMessage("not a Debian version: 1.0 beta");
    }
}
