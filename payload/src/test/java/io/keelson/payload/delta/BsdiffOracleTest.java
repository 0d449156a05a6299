package io.keelson.payload.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Debian's bsdiff says how small a patch between two programs should be. */
class BsdiffOracleTest {
    private static final long SEED = 5;
    private static final int EDITS = 400;

    @TempDir Path directory;

    @Test
    void aPatchOfAProgramIsSmallerThanBsdiffs() throws Exception {
        byte[] old = Files.readAllBytes(Path.of("/usr/bin/openssl"));
        byte[] next = relinked(old);
        Path before = Files.write(directory.resolve("old"), old);
        Path after = Files.write(directory.resolve("new"), next);
        Path peer = directory.resolve("bsdiff");
        Command.run(
                        List.of("bsdiff", before.toString(), after.toString(), peer.toString()),
                        Duration.ofMinutes(5))
                .orThrow("making a patch");

        byte[] patch = SplitPatch.between(old, next);

        assertThat((long) patch.length).isLessThan(Files.size(peer));
        assertThat(SplitPatchTest.applied(old, patch, next.length)).isEqualTo(next);
    }

    /** Code that grew in one place, and addresses that moved for it in many. */
    private static byte[] relinked(byte[] old) {
        Random random = new Random(SEED);
        byte[] moved = old.clone();
        for (int i = 0; i < EDITS; i++) {
            int at = random.nextInt(moved.length);
            moved[at] = (byte) (moved[at] + 0x40);
        }
        byte[] grown = new byte[300];
        random.nextBytes(grown);
        int middle = moved.length / 2;
        var out = new ByteArrayOutputStream();
        out.writeBytes(Arrays.copyOf(moved, middle));
        out.writeBytes(grown);
        out.writeBytes(Arrays.copyOfRange(moved, middle, moved.length));
        return out.toByteArray();
    }
}
