package io.keelson.payload;

/** One target for each partition of a release. */
public record PayloadTargets(PayloadTarget usr, PayloadTarget uki) {
    /** Targets that check everything and keep nothing. */
    public static PayloadTargets discarding() {
        return new PayloadTargets(PayloadTarget.discarding(), PayloadTarget.discarding());
    }
}
