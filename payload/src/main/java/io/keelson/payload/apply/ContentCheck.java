package io.keelson.payload.apply;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadCheck;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.VerifiedPayload;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Judges a payload file by what its operations yield, without keeping any of it. */
public final class ContentCheck {
    private ContentCheck() {}

    /**
     * Checks as {@link PayloadCheck#verify} and that the operations yield the signed content; needs
     * libzstd, and room for the content in the directory of temporary files while it runs: an
     * operation may look back at anything written before it.
     */
    public static PayloadCheck.Verdict verify(Path file, TrustedKeys keys) throws IOException {
        return PayloadCheck.judge(file, keys, ContentCheck::signersOfContent);
    }

    private static List<String> signersOfContent(VerifiedPayload payload) throws IOException {
        if (payload.manifest().partitions().stream()
                .flatMap(partition -> partition.operations().stream())
                .allMatch(operation -> operation.history().isEmpty())) {
            return apply(payload, PayloadTargets.discarding());
        }
        try (FileChannel usr = temporary();
                FileChannel uki = temporary()) {
            return apply(payload, new PayloadTargets(PayloadTarget.of(usr), PayloadTarget.of(uki)));
        }
    }

    private static List<String> apply(VerifiedPayload payload, PayloadTargets targets)
            throws IOException {
        return PayloadApplier.apply(payload, ApplyPlan.to(targets), ApplyProgress.NONE).signers();
    }

    private static FileChannel temporary() throws IOException {
        return FileChannel.open(
                Files.createTempFile("keelson-check", ""),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }
}
