package io.keelson.disk.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ReleaseVersionTest {
    /** From the comment of strverscmp_improved and from the UAPI.10 specification. */
    private static final List<String> OLDEST_FIRST =
            List.of(
                    "122.1",
                    "123~rc1-1",
                    "123",
                    "123-a",
                    "123-a.1",
                    "123-1",
                    "123-1.1",
                    "123^post1",
                    "123.a-1",
                    "123.1-1",
                    "123a-1",
                    "124-1");

    @Test
    void theOrderIsThatOfTheSpecification() {
        for (int i = 0; i < OLDEST_FIRST.size(); i++) {
            for (int j = 0; j < OLDEST_FIRST.size(); j++) {
                assertThat(
                                Integer.signum(
                                        VersionOrder.compare(
                                                OLDEST_FIRST.get(i), OLDEST_FIRST.get(j))))
                        .as("%s and %s", OLDEST_FIRST.get(i), OLDEST_FIRST.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.10.0, >, 1.9.0",
        "1.0.0, >, 1.0.0~rc1",
        "1.0.0~rc2, >, 1.0.0~rc1",
        "1.0, =, 1.00",
        "01, =, 1",
        "1.0.1, >, 1.0",
        "1.0a, >, 1.0",
        "1.0-1, >, 1.0",
        "1.1, >, 1-1",
        "10, >, 9z",
        "b, >, a",
        "ab, >, a",
        "a, >, B",
        "1, >, a",
        "99999999999999999999, >, 9999999999999999999",
        "0, >, ~",
        "1.2.0-dirty, >, 1.2.0",
    })
    void pairsCompareAsInSystemd(String left, String order, String right) {
        int expected = order.equals(">") ? 1 : 0;
        ReleaseVersion a = new ReleaseVersion(left);
        ReleaseVersion b = new ReleaseVersion(right);

        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(expected);
        assertThat(Integer.signum(b.compareTo(a))).isEqualTo(-expected);
        assertThat(a.isNewerThan(b)).isEqualTo(expected > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1+1", "1_1", "1 1", "1/1", "1^1", "é", "12345678901234567890123456789"})
    void otherTextIsNotAVersion(String text) {
        assertThat(ReleaseVersion.isValid(text)).isFalse();
        assertThatThrownBy(() -> new ReleaseVersion(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a release version");
    }
}
