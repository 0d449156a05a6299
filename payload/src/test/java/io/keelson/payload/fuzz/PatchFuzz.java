package io.keelson.payload.fuzz;

import static io.keelson.payload.fuzz.Pieces.BLOCK;

import io.keelson.host.zstd.ZstdOutputStream;
import io.keelson.payload.fuzz.Pieces.Piece;
import io.keelson.payload.patch.PatchSink;
import io.keelson.payload.patch.SplitBsdiff;
import io.keelson.payload.patch.ZstdPatch;
import io.keelson.payload.repack.FrameSettings;
import io.keelson.payload.repack.Repack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoders of Keelson's own patches without a payload around them.
 *
 * <p>The first byte chooses the decoder and a valid patch, the second the size that is asked for
 * and whether the rest is a program of {@link SpoiltBytes} or the patch itself.
 */
public final class PatchFuzz {
    static final StageCounts COUNTS = new StageCounts();
    private static final int RAW = 128;

    /** Repacking unpacks before it looks, up to a stated limit: it gets one in so many. */
    private static final int REPACK_SHARE = 16;

    private static final List<Piece> SEEDS = seedPieces();
    private static final byte[] OLD = Pieces.source(Pieces.TWO_BLOCKS);

    private PatchFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] program) {
        Choices choices = new Choices(program);
        int kind = choices.octet();
        boolean repack = kind % REPACK_SHARE == REPACK_SHARE - 1;
        Piece seed = repack ? SEEDS.getLast() : SEEDS.get(kind % (SEEDS.size() - 1));
        int how = choices.octet();
        byte[] patch = how >= RAW ? choices.rest() : SpoiltBytes.of(seed.data, choices);
        apply(seed, patch, how % 8 == 7 ? how * BLOCK / 8 : seed.output.length);
    }

    /** Called by Jazzer at the end. */
    public static void fuzzerTearDown() {
        System.err.print(COUNTS);
    }

    /** Every valid patch as it is. */
    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int kind = 0; kind < REPACK_SHARE; kind++) {
            boolean repack = kind == REPACK_SHARE - 1;
            byte[] patch = (repack ? SEEDS.getLast() : SEEDS.get(kind % (SEEDS.size() - 1))).data;
            byte[] seed = new byte[2 + patch.length];
            seed[0] = (byte) kind;
            seed[1] = (byte) RAW;
            System.arraycopy(patch, 0, seed, 2, patch.length);
            seeds.add(seed);
        }
        return seeds;
    }

    private static void apply(Piece seed, byte[] patch, int newSize) {
        String name =
                switch (seed.type) {
                    case 1001 -> "ZSTD_PATCH";
                    case 1002 -> "SPLIT_BSDIFF";
                    default -> "REPACK";
                };
        OldSlot old = new OldSlot(OLD);
        ByteBuffer direct = ByteBuffer.allocateDirect(patch.length).put(patch).flip();
        Exact out = new Exact(newSize);
        try {
            switch (seed.type) {
                case 1001 -> ZstdPatch.apply(old, direct, newSize, out);
                case 1002 -> SplitBsdiff.apply(old, direct, newSize, out);
                default -> Repack.apply(old, direct, newSize, out, PatchFuzz::cheaply);
            }
        } catch (IOException _) {
            COUNTS.add("ended: refused, " + name);
            return;
        }
        if (out.rest != 0) {
            throw new AssertionError(name + " ended " + out.rest + " bytes early without a word");
        }
        COUNTS.add("ended: applied, " + name);
    }

    /** Level 22 takes 0.8 GiB for each frame; what a frame packs to is not the subject here. */
    static ZstdOutputStream cheaply(OutputStream target, FrameSettings settings)
            throws IOException {
        return new ZstdOutputStream(
                target, Math.min(settings.level(), 1), settings.checksum(), false);
    }

    private static List<Piece> seedPieces() {
        List<Piece> seeds = new ArrayList<>(Pieces.patches());
        seeds.add(Pieces.repack());
        return seeds;
    }

    /** Notices a byte too much. */
    private static final class Exact implements PatchSink {
        private long rest;

        Exact(long bytes) {
            rest = bytes;
        }

        @Override
        public void write(ByteBuffer piece) throws IOException {
            rest -= piece.remaining();
            if (rest < 0) {
                throw new AssertionError("a patch makes " + -rest + " bytes too many");
            }
            piece.position(piece.limit());
        }
    }
}
