package io.keelson.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.verity.VerityDefaults;
import io.keelson.host.Command;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * veritysetup, which reads what the kernel reads, is asked about a slot a payload was applied to.
 */
class VerityOracleTest {
    @TempDir Path directory;
    private Path slot;
    private AppliedPayload applied;

    @BeforeEach
    void applyToASlot() throws Exception {
        Path payload = new PayloadFixture(directory).write(PayloadFixture.RSA_2048.getPrivate());
        slot = directory.resolve("slot");
        try (InputStream in = Files.newInputStream(payload);
                FileChannel usr =
                        FileChannel.open(
                                slot,
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE)) {
            VerifiedPayload verified =
                    PayloadReader.open(in, PayloadFixture.trust(PayloadFixture.RSA_2048));
            applied =
                    PayloadApplier.apply(
                            verified,
                            ApplyPlan.to(
                                    new PayloadTargets(
                                            PayloadTarget.of(usr), new MemoryTarget(1 << 20))),
                            ApplyProgress.NONE);
        }
    }

    @Test
    void veritysetupComputesTheSameRootHashFromTheSlot() throws Exception {
        Command.Result formatted =
                verity(
                        "format",
                        "--salt=" + HexFormat.of().formatHex(VerityDefaults.salt()),
                        "--hash=sha256",
                        slot.toString(),
                        directory.resolve("tree").toString());

        assertThat(formatted.stdout()).contains(applied.rootHash().hex());
    }

    @Test
    void veritysetupAcceptsTheSlotWithTheTreeTheApplierComputed() throws Exception {
        Path tree = Files.write(directory.resolve("tree"), applied.tree().partitionBytes());

        Command.Result verified =
                verity("verify", slot.toString(), tree.toString(), applied.rootHash().hex());

        assertThat(verified.ok()).as(verified.stderr()).isTrue();
    }

    @Test
    void veritysetupRefusesTheSlotAfterOneFlippedBit() throws Exception {
        Path tree = Files.write(directory.resolve("tree"), applied.tree().partitionBytes());
        byte[] content = Files.readAllBytes(slot);
        content[content.length / 2] ^= 1;
        Files.write(slot, content);

        Command.Result verified =
                verity("verify", slot.toString(), tree.toString(), applied.rootHash().hex());

        assertThat(verified.ok()).isFalse();
    }

    private static Command.Result verity(String... arguments)
            throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("veritysetup"));
        argv.addAll(List.of(arguments));
        return Command.run(argv, Duration.ofMinutes(1));
    }
}
