package io.keelson.payload.delta;

import io.keelson.payload.manifest.Extent;

import java.util.List;

/** What becomes of some blocks of the new image. */
sealed interface PlannedRange {
    int startBlock();

    int blocks();

    /** They are old blocks. */
    record Copied(int startBlock, int blocks, List<Extent> sources) implements PlannedRange {}

    /** They may resemble old blocks. */
    record Changed(int startBlock, int blocks, List<Extent> sources) implements PlannedRange {}
}
