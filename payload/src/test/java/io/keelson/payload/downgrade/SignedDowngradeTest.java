package io.keelson.payload.downgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.payload.PayloadFixture;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.generate.DowngradeSigning;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

class SignedDowngradeTest {
    private static final Instant ISSUED = Instant.parse("2026-11-20T08:00:00Z");
    private static final String PAYLOAD = "ab".repeat(32);
    private static final TrustedKeys KEYS =
            PayloadFixture.trust(PayloadFixture.RSA_2048, PayloadFixture.EC_P256);

    @Test
    void whatIsSignedWithAKeyOfEitherKindIsTrustedAfterTheWayThroughAFile() throws IOException {
        for (KeyPair key :
                List.of(
                        PayloadFixture.RSA_2048,
                        PayloadFixture.EC_P256,
                        PayloadFixture.OTHER_RSA_2048)) {
            SignedDowngrade read = SignedDowngrade.unpack(signed(key).packed());

            assertThat(read.statement()).isEqualTo(statement());
            assertThat(read.isSignedBy(KEYS)).isEqualTo(key != PayloadFixture.OTHER_RSA_2048);
        }
    }

    @Test
    void oneKeyThatSignsTwiceIsOneSigner() throws IOException {
        var both = new TrustedKeys(KEYS.keys(), 2);

        assertThat(signed(PayloadFixture.RSA_2048, PayloadFixture.RSA_2048).isSignedBy(both))
                .isFalse();
        assertThat(signed(PayloadFixture.RSA_2048, PayloadFixture.EC_P256).isSignedBy(both))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stable|beta", "1.1.0|1.0.9", "to: 1.0.0|to: 0.9.0", "abab|cdab"})
    void aWordThatWasChangedAfterwardsIsFound(String change) throws IOException {
        String[] words = change.split("\\|", -1);
        String text = signed(PayloadFixture.RSA_2048).text().replaceFirst(words[0], words[1]);

        assertThat(SignedDowngrade.parse(text).isSignedBy(KEYS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "channel: stable\n|channel: stable\nchannel: beta\n",
                "from: 1.1.0 1.1.1|from: 1.1.1 1.1.0",
                "keelson downgrade 1|keelson downgrade 2",
                "08:00:00Z|08:00:00+00:00",
                "08:00:00Z|yesterday",
                "until: 2026-11-2|until: 2027-11-2",
                "signature: |signature:",
                "signature: |",
                "to: 1.0.0|to: 1_0",
            })
    void anythingThatIsNotInTheOneFormIsRefused(String change) throws IOException {
        String[] words = change.split("\\|", -1);
        String text = signed(PayloadFixture.RSA_2048).text().replace(words[0], words[1]);

        assertThatThrownBy(() -> SignedDowngrade.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0} from {1} to {2} with {3} at {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "stable, 1.1.1, 1.0.0, ab, 2026-11-21T00:00:00Z, -",
                "stable, 1.1.0, 1.0.0, ab, 2026-11-27T08:00:00Z, -",
                "stable, 1.1.0, 1.0.0, ab, 2026-11-20T07:30:00Z, -",
                "beta,   1.1.0, 1.0.0, ab, 2026-11-21T00:00:00Z, 'is for channel stable, not beta'",
                "stable, 1.1.0, 0.9.0, ab, 2026-11-21T00:00:00Z, 'allows release 1.0.0, not 0.9.0'",
                "stable, 1.1.0, 1.0.0, cd, 2026-11-21T00:00:00Z, names another payload of 1.0.0 than the one on offer",
                "stable, 1.2.0, 1.0.0, ab, 2026-11-21T00:00:00Z, 'is for hosts on 1.1.0 1.1.1, not on 1.2.0'",
                "stable, 1.1.0, 1.0.0, ab, 2026-11-27T08:00:01Z, was good until 2026-11-27T08:00:00Z",
                "stable, 1.1.0, 1.0.0, ab, 1970-01-01T00:00:00Z, 'was issued at 2026-11-20T08:00:00Z, when it is 1970-01-01T00:00:00Z here'",
            })
    void itAllowsWhatItSaysAndNothingElse(
            String channel, String running, String to, String payload, Instant now, String why) {
        var asked =
                new DowngradeStatement.Asked(
                        channel,
                        new ReleaseVersion(running),
                        new ReleaseVersion(to),
                        payload.repeat(32));

        assertThat(statement().objection(asked, now).orElse(null)).isEqualTo(why);
    }

    private static DowngradeStatement statement() {
        return new DowngradeStatement(
                "stable",
                DowngradeStatement.from(List.of("1.1.0", "1.1.1")),
                new ReleaseVersion("1.0.0"),
                PAYLOAD,
                ISSUED,
                ISSUED.plus(Duration.ofDays(7)));
    }

    private static SignedDowngrade signed(KeyPair... keys) throws IOException {
        return DowngradeSigning.sign(
                statement(), Arrays.stream(keys).map(KeyPair::getPrivate).toList());
    }

    @Test
    void anyReleaseMayBeWhereHostsComeFrom() {
        var any =
                new DowngradeStatement(
                        "stable",
                        new TreeSet<>(),
                        new ReleaseVersion("1.0.0"),
                        PAYLOAD,
                        ISSUED,
                        ISSUED.plusSeconds(60));
        var asked =
                new DowngradeStatement.Asked(
                        "stable", new ReleaseVersion("9"), new ReleaseVersion("1.0.0"), PAYLOAD);

        assertThat(any.objection(asked, ISSUED)).isEmpty();
        assertThat(DowngradeStatement.parse(any.text())).isEqualTo(any);
    }
}
