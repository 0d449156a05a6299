package io.keelson.reboot.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.proof.Violation.Rule;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.EnumSet;
import java.util.List;

/** The right coordinator passes and every broken one is caught, by the rule it breaks. */
class HistoryCheckTest {
    private static final int SEEDS = 120;
    private static final Rules RULES =
            new Rules(
                    2,
                    3,
                    List.of(
                            new Rules.Window(0, 1_500),
                            new Rules.Window(1_700, 2_400),
                            new Rules.Window(2_500, 3_900)),
                    60,
                    Long.MAX_VALUE / 4);

    @Test
    void theRightCoordinatorPassesWithEverySeed() {
        long granted = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            List<Event> record = Fleet.record(seed, RULES, Defect.NONE);

            assertThat(HistoryCheck.violations(RULES, record)).as("seed %d", seed).isEmpty();
            granted += record.stream().filter(HistoryCheckTest::isGrant).count();
        }
        assertThat(granted)
                .as("a fleet that does nothing proves nothing")
                .isGreaterThan(SEEDS * 10L);
    }

    @ParameterizedTest
    @CsvSource({
        "FORGETS_THE_FENCE,                 FENCE_CHANGED",
        "GRANTS_AGAIN_ON_RETRY,             RELEASE_LOST",
        "IGNORES_THE_BUDGET,                BUDGET",
        "FREES_AFTER_A_WHILE,               TOO_MANY",
        "GRANTS_TOO_LATE_FOR_THE_WINDOW,    OUTSIDE_WINDOW",
        "COMMITS_AFTER_THE_WINDOW,          OUTSIDE_WINDOW",
        "TAKES_AN_UNKNOWN_RELEASE_FOR_DONE, RELEASE_LOST",
        "FREES_THE_OLD_BOOT,                OLD_BOOT",
        "REUSES_REVISIONS_AFTER_A_RESTORE,  FENCE_NOT_HIGHER",
        "TRUSTS_A_RESTORED_STORE,           TOO_MANY",
        "SERVES_THE_LAST_FIRST,             OUT_OF_ORDER",
        "NEVER_READS_THE_SLOTS_AGAIN,       TOO_MANY",
        "COMMITS_WHILE_HALTED,              HALTED",
        "GRANTS_WHILE_HALTED,               HALTED",
        "COMMITS_ANY_FENCE,                 STALE_COMMIT",
        "WRITES_WITHOUT_COMPARING,          HOLDER_FORGOTTEN",
        "FREES_SOMEBODY_ELSE,               HOLDER_FORGOTTEN",
        "SERVES_WHOEVER_ASKS,               OUT_OF_ORDER"
    })
    void aBrokenCoordinatorIsCaught(Defect defect, Rule rule) {
        var caught = EnumSet.noneOf(Rule.class);
        for (long seed = 1; seed <= SEEDS && !caught.contains(rule); seed++) {
            HistoryCheck.violations(RULES, Fleet.record(seed, RULES, defect))
                    .forEach(violation -> caught.add(violation.rule()));
        }

        assertThat(caught).contains(rule);
    }

    private static boolean isGrant(Event event) {
        return event instanceof Event.Answered(_, _, Reply.Granted _);
    }
}
