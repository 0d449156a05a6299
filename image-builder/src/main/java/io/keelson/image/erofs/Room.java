package io.keelson.image.erofs;

/**
 * How many blocks something takes. With slack it is a little more than it needs, by a rule that
 * depends on its size alone: a file or directory that grows by less then leaves everything behind
 * it where it was in the last release, without knowing that release.
 */
enum Room {
    EXACT,
    WITH_SLACK;

    /** Rounding up to a 32nd to a 64th of the size costs little more than 1 in 100 blocks. */
    private static final int STEPS = 32;

    long of(long blocks) {
        return switch (this) {
            case EXACT -> blocks;
            case WITH_SLACK -> {
                long step = Math.max(1, Long.highestOneBit(blocks) / STEPS);
                yield (blocks + step - 1) / step * step;
            }
        };
    }
}
