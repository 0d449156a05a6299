package io.keelson.server.release;

import io.keelson.channels.ReleaseManifest;
import io.keelson.disk.gpt.RootHash;
import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadCheck;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Judges a delta by its signed metadata: where it leads, where it starts, what it takes. */
final class DeltaCheck {
    private static final String USR = "usr";
    private static final String UKI = "uki";

    private DeltaCheck() {}

    /** What a delta is. */
    sealed interface Verdict {
        /**
         * Every signature and hash holds.
         *
         * @param rootHash of the release it leads to; empty when it names none
         * @param usr hash of the {@code /usr} it starts from
         * @param uki hash of the boot image it starts from, if it reads that
         */
        record Trusted(
                String version,
                String rootHash,
                Sha256 usr,
                Optional<Sha256> uki,
                NavigableSet<String> capabilities)
                implements Verdict {
            boolean startsFrom(ReleaseManifest release) {
                return release.usr().sha256().equals(usr.hex())
                        && uki.map(Sha256::hex).map(release.uki().sha256()::equals).orElse(true);
            }
        }

        record Refused(String reason) implements Verdict {}
    }

    static Verdict judge(Path file, TrustedKeys keys) throws IOException {
        List<PayloadManifest> read = new ArrayList<>();
        PayloadCheck.Verdict verdict =
                PayloadCheck.judge(
                        file,
                        keys,
                        payload -> {
                            read.add(payload.manifest());
                            return payload.checkData(ApplyProgress.NONE);
                        });
        return switch (verdict) {
            case PayloadCheck.Verdict.Refused(int code, String reason) ->
                    new Verdict.Refused(reason + " (error " + code + ")");
            case PayloadCheck.Verdict.Trusted(PayloadSummary summary) ->
                    trusted(summary, read.getFirst());
        };
    }

    /** The hash of the chunk index that goes with a payload that was taken in. */
    static Optional<Sha256> chunkIndex(Path payload, TrustedKeys keys) throws IOException {
        try (InputStream in = Files.newInputStream(payload)) {
            return PayloadReader.open(in, keys, EnumSet.allOf(Capability.class))
                    .manifest()
                    .chunkIndex();
        }
    }

    private static Verdict trusted(PayloadSummary summary, PayloadManifest manifest) {
        Optional<Sha256> usr = source(manifest, USR);
        if (usr.isEmpty()) {
            return new Verdict.Refused("it is no delta: it names no /usr to start from");
        }
        return new Verdict.Trusted(
                summary.version(),
                summary.rootHash().map(RootHash::hex).orElse(""),
                usr.get(),
                source(manifest, UKI),
                capabilities(summary));
    }

    private static Optional<Sha256> source(PayloadManifest manifest, String partition) {
        return manifest.partition(partition)
                .flatMap(PartitionUpdate::source)
                .flatMap(PartitionUpdate.Content::sha256);
    }

    /** The names of what a host must have announced. */
    static NavigableSet<String> capabilities(PayloadSummary summary) {
        NavigableSet<String> needed = new TreeSet<>();
        summary.capabilities().forEach(capability -> needed.add(capability.text()));
        return needed;
    }
}
