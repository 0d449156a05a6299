package io.keelson.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.host.Command;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class LogExcerptTest {
    private final List<String> asked = new ArrayList<>();
    private String journal = "";

    @Test
    void theUnitsOfTheReasonAreLookedUp() throws Exception {
        journal = "[    9.1] app[77]: cannot open /var/lib/app/db\n\n";

        Verdict verdict =
                new LogExcerpt(this::run).of(sick("failed units: app.service db@1.service"));

        assertThat(verdict.log()).containsExactly("[    9.1] app[77]: cannot open /var/lib/app/db");
        assertThat(asked)
                .contains("--unit=app.service", "--unit=db@1.service")
                .doesNotContain("--priority=warning");
    }

    @Test
    void warningsOfTheBootAreTakenWhereNoUnitIsNamed() throws Exception {
        Verdict _ = new LogExcerpt(this::run).of(sick("exit code 1"));

        assertThat(asked).contains("--boot", "--priority=warning");
    }

    @Test
    void healthyBootIsNotLookedInto() throws Exception {
        Verdict verdict = new LogExcerpt(this::run).of(verdict(true, ""));

        assertThat(verdict.log()).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void journalThatCannotBeReadSaysSo() throws Exception {
        var broken =
                new LogExcerpt((argv, limit) -> {
                    throw new IOException("no journalctl");
                });

        assertThat(broken.of(sick("exit code 1")).log())
                .containsExactly("the journal cannot be read: no journalctl");
    }

    @Test
    void accountForTheServerIsTheReasonAndTheEndOfTheLog() throws Exception {
        journal = ("x".repeat(239) + "\n").repeat(12) + "the last words\n";

        Verdict verdict = new LogExcerpt(this::run).of(sick("exit code 1"));

        assertThat(verdict.account())
                .startsWith("a: exit code 1; log: …")
                .endsWith("| the last words")
                .hasSizeLessThan(1000);
        assertThat(Verdict.fromJson(verdict.toJson())).isEqualTo(verdict);
    }

    private Command.Result run(List<String> argv, Duration limit) {
        asked.addAll(argv);
        return new Command.Result(argv, 0, journal, "");
    }

    private static Verdict sick(String detail) {
        return verdict(false, detail);
    }

    private static Verdict verdict(boolean isHealthy, String detail) {
        return new Verdict(
                "b00",
                "1.0.0",
                isHealthy,
                List.of(new Verdict.Finding("a", isHealthy, detail)),
                Instant.EPOCH);
    }
}
