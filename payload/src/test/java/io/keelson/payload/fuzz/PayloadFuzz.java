package io.keelson.payload.fuzz;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.PayloadHeader;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One fuzzed input through the product's reader and applier. The entry point has the signature
 * Jazzer looks for; {@code PayloadFuzzTest} calls it with seeded random bytes.
 *
 * <p>The first byte says what the others are: mostly a program of {@link Mutations}, else a raw
 * manifest (signed as it is), the raw data of one operation (laid out and signed), or a whole file.
 */
public final class PayloadFuzz {
    static final StageCounts COUNTS = new StageCounts();

    private static final Set<Capability> CAPABILITIES = Capability.HOST;

    /** One of so many inputs that pass the rules is also applied as on a host. */
    private static final int APPLIER_SHARE = 32;

    private static final int RAW_DATA = 208;
    private static final int RAW_MANIFEST = 240;
    private static final int RAW_FILE = 255;
    private static final int BASES = 48;
    private static final FuzzKey KEY = new FuzzKey();
    private static final TrustedKeys TRUSTED = new TrustedKeys(List.of(KEY.publicKey()), 1);
    private static final FuzzedPayload PAYLOADS = new FuzzedPayload(KEY);
    private static final InlineApply INLINE = new InlineApply(COUNTS);
    private static final List<WireNode> BASE_PAYLOADS = bases();

    private static long passedRules;

    private PayloadFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] program) {
        run(payload(program));
    }

    /** Called by Jazzer at the end. */
    public static void fuzzerTearDown() {
        System.err.print(COUNTS);
    }

    static FuzzedPayload.Input payload(byte[] program) {
        Choices choices = new Choices(program);
        int kind = choices.octet();
        WireNode manifest = BASE_PAYLOADS.get(choices.below(BASES)).copy();
        if (kind >= RAW_FILE) {
            COUNTS.add("made 4: whole file of raw bytes");
            return FuzzedPayload.Input.of(choices.rest());
        }
        if (kind >= RAW_MANIFEST) {
            COUNTS.add("made 3: manifest of raw bytes, signed");
            List<byte[]> blobs = FuzzedPayload.layOut(manifest);
            return PAYLOADS.assemble(choices.rest(), blobs, new Choices(new byte[0]));
        }
        if (kind >= RAW_DATA) {
            COUNTS.add("made 2: data of raw bytes, signed");
            List<WireNode> operations = new ArrayList<>();
            for (WireNode partition : manifest.children(BasePayload.PARTITIONS)) {
                operations.addAll(partition.children(BasePayload.OPERATIONS));
            }
            operations.removeIf(operation -> operation.blob == null);
            WireNode chosen = operations.get(choices.below(operations.size()));
            chosen.blob = choices.rest();
            List<byte[]> blobs = FuzzedPayload.layOut(manifest);
            return PAYLOADS.assemble(manifest.content(), blobs, choices);
        }
        COUNTS.add("made 1: valid payload mutated by grammar, signed");
        return mutated(manifest, choices);
    }

    /** A valid payload with every kind of operation that is applied. */
    static byte[] withEveryOperation() {
        List<Pieces.Piece> pieces =
                joined(joined(Pieces.full(), Pieces.fullOfAosp()), Pieces.delta());
        WireNode manifest = BasePayload.ofAll(pieces, 9);
        List<byte[]> blobs = FuzzedPayload.layOut(manifest);
        return PAYLOADS.assemble(manifest.content(), blobs, new Choices(new byte[0])).bytes();
    }

    /** Where the first operation's data begins. */
    static int dataOffset(byte[] payload) {
        return PayloadHeader.BYTES
                + ByteBuffer.wrap(payload).getInt(16)
                + FuzzedPayload.MESSAGE_BYTES;
    }

    static void apply(byte[] payload) throws PayloadException {
        PayloadApplier.apply(open(new ByteArrayInputStream(payload)), plan(), ApplyProgress.NONE);
    }

    /** What Jazzer starts from: programs that change nothing, whole manifests, data, a file. */
    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int base = 0; base < BASES; base++) {
            WireNode manifest = BASE_PAYLOADS.get(base).copy();
            List<byte[]> blobs = FuzzedPayload.layOut(manifest);
            seeds.add(seed(0, base, new byte[32]));
            seeds.add(seed(RAW_MANIFEST, base, manifest.content()));
            for (int i = 0; i < blobs.size(); i++) {
                byte[] chosen = new byte[1 + blobs.get(i).length];
                chosen[0] = (byte) i;
                System.arraycopy(blobs.get(i), 0, chosen, 1, blobs.get(i).length);
                seeds.add(seed(RAW_DATA, base, chosen));
            }
        }
        seeds.add(seed(RAW_FILE, 0, withEveryOperation()));
        return seeds;
    }

    static List<byte[]> manifests() {
        return BASE_PAYLOADS.stream()
                .map(WireNode::copy)
                .peek(FuzzedPayload::layOut)
                .map(WireNode::content)
                .toList();
    }

    private static byte[] seed(int kind, int base, byte[] rest) {
        byte[] seed = new byte[2 + rest.length];
        seed[0] = (byte) kind;
        seed[1] = (byte) base;
        System.arraycopy(rest, 0, seed, 2, rest.length);
        return seed;
    }

    private static FuzzedPayload.Input mutated(WireNode manifest, Choices choices) {
        Mutations mutations = new Mutations(choices, manifest);
        int meanings = choices.below(4);
        for (int i = 0; i < meanings; i++) {
            mutations.spoilMeaning();
        }
        List<byte[]> blobs = FuzzedPayload.layOut(manifest);
        int encodings = choices.below(8) - 5;
        for (int i = 0; i < encodings; i++) {
            mutations.spoilEncoding();
        }
        return PAYLOADS.assemble(manifest.content(), blobs, choices);
    }

    /** Anything thrown but {@link PayloadException} is a finding, and so is a second opinion. */
    static void run(FuzzedPayload.Input payload) {
        InlineApply.Outcome outcome;
        try {
            VerifiedPayload verified = open(payload.open());
            COUNTS.add("reached 5: passed the rules");
            passedRules++;
            outcome = INLINE.apply(verified);
        } catch (PayloadException e) {
            COUNTS.add("ended: refused, " + refusal(e));
            return;
        }
        COUNTS.add("ended: " + outcome);
        if (passedRules % APPLIER_SHARE == 0) {
            COUNTS.add("applied: also by PayloadApplier, with its threads");
            requireSameOutcome(payload.bytes(), outcome);
        }
    }

    private static void requireSameOutcome(byte[] payload, InlineApply.Outcome outcome) {
        boolean isApplied;
        try {
            apply(payload);
            isApplied = true;
        } catch (PayloadException _) {
            isApplied = false;
        }
        if (isApplied != (outcome == InlineApply.Outcome.APPLIED)) {
            throw new AssertionError(
                    "one thread: " + outcome + ", PayloadApplier: applied=" + isApplied);
        }
    }

    private static VerifiedPayload open(InputStream payload) throws PayloadException {
        return PayloadReader.open(payload, TRUSTED, CAPABILITIES);
    }

    private static ApplyPlan plan() {
        return ApplyPlan.to(new PayloadTargets(new SmallSlot(), new SmallSlot()))
                .from(new PayloadSources(new OldSlot(Pieces.OLD_USR), new OldSlot(Pieces.OLD_UKI)));
    }

    private static String refusal(PayloadException e) {
        if (e.error() != PayloadError.MANIFEST_PARSE) {
            return e.error().toString();
        }
        boolean unreadable = e.getMessage().contains("manifest cannot be read");
        return e.error() + (unreadable ? " (shape)" : " (rules)");
    }

    private static List<WireNode> bases() {
        List<Pieces.Piece> full = joined(Pieces.full(), Pieces.fullOfAosp());
        List<Pieces.Piece> delta = Pieces.delta();
        List<Pieces.Piece> all = joined(full, delta);
        List<WireNode> bases = new ArrayList<>();
        for (int i = 0; i < BASES; i++) {
            bases.add(
                    switch (i % 3) {
                        case 0 -> BasePayload.of(full, 0, i);
                        case 1 -> BasePayload.of(delta, 9, i);
                        default -> BasePayload.of(all, 3 + i % 7, i);
                    });
        }
        return bases;
    }

    private static List<Pieces.Piece> joined(List<Pieces.Piece> some, List<Pieces.Piece> others) {
        List<Pieces.Piece> joined = new ArrayList<>(some);
        joined.addAll(others);
        return joined;
    }
}
