package io.keelson.payload.delta;

/** Patches as the generator makes them, for the tests of other packages. */
public final class SplitPatches {
    private SplitPatches() {}

    public static byte[] between(byte[] old, byte[] next) {
        return SplitPatch.between(old, next);
    }
}
