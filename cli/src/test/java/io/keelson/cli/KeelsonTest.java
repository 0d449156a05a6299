package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Map;

class KeelsonTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "image",
                "image build",
                "image build --recipe",
                "image convert --to nowhere --out x y",
                "image scan .",
                "image diff one",
                "keys generate",
                "payload verify",
                "release publish",
                "channel promote demo",
                "server run",
                "reboot set-max many"
            })
    void wrongUsageIsExitCodeTwoAndOneSentence(String arguments) {
        CapturedRun run =
                CapturedRun.of(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("keelson: ");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "image --help",
                "image build --help",
                "image convert --help",
                "image diff --help",
                "image scan --help",
                "keys rotate --help",
                "keys show --help",
                "payload generate --help",
                "release publish --help",
                "channel pause --help",
                "server run --help",
                "fleet why --help",
                "reboot request --help",
                "reboot status --help"
            })
    void everyCommandHasHelp(String arguments) {
        CapturedRun run = CapturedRun.of(arguments.split(" ", -1));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: keelson");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aFailureIsExitCodeOneAndOneSentenceWithoutAStack() {
        CapturedRun run = CapturedRun.of("release", "show", directory.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "keelson: there is no release.json in "
                                + directory
                                + ": name the output of an image build");
    }

    @Test
    void theStackIsForWhoAsksForIt() {
        CapturedRun run =
                CapturedRun.of(
                        Map.of("KEELSON_DEBUG", "1"), "release", "show", directory.toString());

        assertThat(run.err()).contains("CommandFailure").contains("at io.keelson.cli.");
    }

    @Test
    void keysAreMadeOnceAndNeverOverwritten() {
        Path keys = directory.resolve("keys");

        assertThat(CapturedRun.of("keys", "generate", "--dir", keys.toString()).exitCode())
                .isZero();
        CapturedRun shown = CapturedRun.of("keys", "show", "--dir", keys.toString());
        CapturedRun again = CapturedRun.of("keys", "generate", "--dir", keys.toString());

        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out())
                .contains("update.pub.pem")
                .contains("db.auth")
                .contains("update.key.pem  (private)");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("exists already");
    }
}
