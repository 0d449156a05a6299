package io.keelson.payload.fuzz;

import io.keelson.payload.manifest.AospRules;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.ManifestException;
import io.keelson.payload.manifest.ManifestFormatter;
import io.keelson.payload.manifest.ManifestParser;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.PayloadSignature;
import io.keelson.payload.wire.WireException;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Raw bytes as a manifest, without a signature in front of it, and as the message that holds
 * signatures.
 */
public final class ManifestFuzz {
    static final StageCounts COUNTS = new StageCounts();
    private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

    private static final List<byte[]> MANIFESTS = PayloadFuzz.manifests();

    private ManifestFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        parseSignatures(bytes);
        PayloadManifest manifest;
        try {
            manifest = ManifestParser.parse(bytes);
        } catch (ManifestException _) {
            COUNTS.add("ended: refused, manifest cannot be read");
            return;
        }
        COUNTS.add("reached 4: manifest read");
        requireSameAgain(manifest);
        try {
            AospRules.check(manifest);
            COUNTS.add("reached 5: passed AOSP's rules");
        } catch (ManifestException _) {
            // Those are for payloads of other systems.
        }
        try {
            ManifestRules.check(manifest, ALL);
            COUNTS.add("ended: passed the rules");
        } catch (ManifestException _) {
            COUNTS.add("ended: refused by the rules");
        }
    }

    /** A valid manifest with a few bytes changed, for fuzzing that no coverage guides. */
    static void spoilt(byte[] program) {
        Choices choices = new Choices(program);
        byte[] valid = MANIFESTS.get(choices.below(MANIFESTS.size()));
        fuzzerTestOneInput(SpoiltBytes.of(valid, choices));
    }

    /** Called by Jazzer at the end. */
    public static void fuzzerTearDown() {
        System.err.print(COUNTS);
    }

    static List<byte[]> seeds() {
        return MANIFESTS;
    }

    private static void parseSignatures(byte[] bytes) {
        try {
            List<PayloadSignature> _ = PayloadSignature.parse(bytes);
            COUNTS.add("reached 3: signatures read");
        } catch (WireException _) {
            // As it must be for what is not such a message.
        }
    }

    /** What means nothing may be lost in writing, but only once. */
    private static void requireSameAgain(PayloadManifest manifest) {
        byte[] written = ManifestFormatter.format(manifest);
        try {
            if (!Arrays.equals(ManifestFormatter.format(ManifestParser.parse(written)), written)) {
                throw new AssertionError("written twice, the manifest is another one");
            }
        } catch (ManifestException e) {
            throw new AssertionError("written again, the manifest cannot be read", e);
        }
    }
}
