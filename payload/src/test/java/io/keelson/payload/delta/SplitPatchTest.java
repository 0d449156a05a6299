package io.keelson.payload.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.payload.patch.SourceBytes;
import io.keelson.payload.patch.SplitBsdiff;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

class SplitPatchTest {
    private static final long SEED = 4;

    @Test
    void aPatchTurnsTheOldBytesIntoTheNew() throws IOException {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            byte[] old = TextPairs.old(random);
            byte[] next = TextPairs.edited(old, random);

            byte[] patch = SplitPatch.between(old, next);

            assertThat(applied(old, patch, next.length))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(next);
            assertThat(SplitPatch.between(old, next)).isEqualTo(patch);
        }
    }

    static byte[] applied(byte[] old, byte[] patch, int size) throws IOException {
        var result = new ByteArrayOutputStream();
        SplitBsdiff.apply(
                source(old),
                ByteBuffer.wrap(patch),
                size,
                piece -> {
                    while (piece.hasRemaining()) {
                        result.write(piece.get());
                    }
                });
        return result.toByteArray();
    }

    static SourceBytes source(byte[] bytes) {
        return new SourceBytes() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long offset, ByteBuffer into) {
                into.put(Arrays.copyOfRange(bytes, (int) offset, (int) offset + into.remaining()));
            }
        };
    }
}
