package io.keelson.payload.delta;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** Pairs of byte strings that differ as releases do: edits, insertions, moves, new parts. */
final class TextPairs {
    private TextPairs() {}

    static byte[] old(Random random) {
        byte[] bytes = new byte[random.nextInt(20_000)];
        int symbols = random.nextBoolean() ? 256 : 1 + random.nextInt(6);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(symbols);
        }
        return bytes;
    }

    static byte[] edited(byte[] old, Random random) {
        var out = new ByteArrayOutputStream();
        for (int part = random.nextInt(12); part >= 0; part--) {
            int from = old.length == 0 ? 0 : random.nextInt(old.length);
            int length = random.nextInt(old.length - from + 1);
            byte[] piece = java.util.Arrays.copyOfRange(old, from, from + length);
            for (int edits = random.nextInt(20); edits > 0 && length > 0; edits--) {
                piece[random.nextInt(length)] += (byte) random.nextInt(5);
            }
            out.writeBytes(piece);
            byte[] fresh = new byte[random.nextInt(50)];
            random.nextBytes(fresh);
            out.writeBytes(fresh);
        }
        return out.toByteArray();
    }
}
