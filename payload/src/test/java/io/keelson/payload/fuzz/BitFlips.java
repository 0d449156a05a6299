package io.keelson.payload.fuzz;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Flips one bit of a payload file after the other and counts what the reader says; what {@code
 * bench/bitflips.sh} runs over a release.
 */
public final class BitFlips {
    private static final int BUFFER_BYTES = 1 << 20;

    private BitFlips() {}

    /** Arguments: payload, public key file, samples, seed. */
    public static void main(String[] args) throws IOException {
        Path payload = Path.of(args[0]);
        TrustedKeys keys = TrustedKeys.ofFiles(List.of(Path.of(args[1])), 1);
        int accepted =
                run(payload, keys, Integer.parseInt(args[2]), Long.parseLong(args[3]), System.out);
        if (accepted != 0) {
            throw new IllegalStateException(accepted + " damaged payloads were accepted");
        }
    }

    private static int run(Path file, TrustedKeys keys, int samples, long seed, PrintStream out)
            throws IOException {
        try (FileChannel usr = temporary();
                FileChannel uki = temporary()) {
            var targets = new PayloadTargets(PayloadTarget.of(usr), PayloadTarget.of(uki));
            return run(file, targets, keys, new Sample(samples, seed), out);
        }
    }

    /** How many positions, chosen by what. */
    private record Sample(int flips, long seed) {}

    private static int run(
            Path file, PayloadTargets targets, TrustedKeys keys, Sample sample, PrintStream out)
            throws IOException {
        long bytes = Files.size(file);
        try (InputStream in = Files.newInputStream(file)) {
            PayloadReader.open(in, keys).checkData(ApplyProgress.NONE);
        }
        try (InputStream in = Files.newInputStream(file)) {
            apply(PayloadReader.open(in, keys), targets);
        }
        out.println("undamaged payload of " + bytes + " bytes: accepted and applied");
        long seed = sample.seed();
        int samples = sample.flips();
        Random random = new Random(seed);
        Map<String, Integer> refusals = new TreeMap<>();
        int accepted = 0;
        for (int i = 0; i < samples; i++) {
            long position = random.nextLong(bytes);
            int bit = random.nextInt(8);
            // Decompressing changes nothing about a refusal by hash: every tenth is applied.
            boolean apply = i % 10 == 0;
            try (InputStream in = new FlippedStream(Files.newInputStream(file), position, bit)) {
                VerifiedPayload verified = PayloadReader.open(in, keys);
                if (apply) {
                    apply(verified, targets);
                } else {
                    verified.checkData(ApplyProgress.NONE);
                }
                accepted++;
                out.println("ACCEPTED: bit " + bit + " of byte " + position + " flipped");
            } catch (PayloadException e) {
                refusals.merge((apply ? "applying: " : "checking: ") + e.error(), 1, Integer::sum);
            }
        }
        out.println(samples + " single-bit flips, seed " + seed + ":");
        refusals.forEach((how, count) -> out.printf("%8d  refused when %s%n", count, how));
        out.printf("%8d  accepted%n", accepted);
        return accepted;
    }

    private static void apply(VerifiedPayload payload, PayloadTargets targets)
            throws PayloadException {
        PayloadApplier.apply(payload, ApplyPlan.to(targets), ApplyProgress.NONE);
    }

    /** Operations look back at what was written, so it has to be kept. */
    private static FileChannel temporary() throws IOException {
        return FileChannel.open(
                Files.createTempFile("bitflips", ""),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** A file in which one bit is not what was written. */
    private static final class FlippedStream extends FilterInputStream {
        private final long position;
        private final int bit;
        private long at;

        FlippedStream(InputStream in, long position, int bit) {
            super(new BufferedInputStream(in, BUFFER_BYTES));
            this.position = position;
            this.bit = bit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) == -1 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0 && position >= at && position < at + count) {
                bytes[offset + (int) (position - at)] ^= (byte) (1 << bit);
            }
            at += Math.max(count, 0);
            return count;
        }
    }
}
