package io.keelson.payload.apply;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadCheck;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;

import java.io.IOException;
import java.nio.file.Path;

/** Judges a payload file by what its operations yield, without keeping any of it. */
public final class ContentCheck {
    private ContentCheck() {}

    /**
     * Checks as {@link PayloadCheck#verify} and that the operations yield the signed content; needs
     * libzstd.
     */
    public static PayloadCheck.Verdict verify(Path file, TrustedKeys keys) throws IOException {
        return PayloadCheck.judge(
                file,
                keys,
                payload ->
                        PayloadApplier.apply(
                                        payload,
                                        ApplyPlan.to(PayloadTargets.discarding()),
                                        ApplyProgress.NONE)
                                .signers());
    }
}
