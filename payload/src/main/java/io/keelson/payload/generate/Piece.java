package io.keelson.payload.generate;

import io.keelson.payload.manifest.Extent;

import java.util.List;

/** A part of a partition that becomes one operation, and earlier content that resembles it. */
final class Piece {
    private final byte[] content;
    private final byte[] history;
    private final List<Extent> historyExtents;

    /**
     * @param content whole blocks
     * @param history what the extents hold
     */
    Piece(byte[] content, byte[] history, List<Extent> historyExtents) {
        this.content = content;
        this.history = history;
        this.historyExtents = List.copyOf(historyExtents);
    }

    /** The array itself, which nobody changes. */
    byte[] content() {
        return content;
    }

    /** The array itself, which nobody changes; empty without history. */
    byte[] history() {
        return history;
    }

    List<Extent> historyExtents() {
        return historyExtents;
    }

    boolean isZero() {
        for (byte b : content) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
