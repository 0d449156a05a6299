package io.keelson.payload.generate;

import io.keelson.payload.manifest.Extent;

import java.util.List;

/** A part of a partition that becomes one operation, and earlier content that resembles it. */
final class Piece {
    private final byte[] content;
    private final int length;
    private final byte[] history;
    private final List<Extent> historyExtents;

    /**
     * @param content whole blocks
     * @param length how much of it the partition has
     * @param history what the extents hold
     */
    Piece(byte[] content, int length, byte[] history, List<Extent> historyExtents) {
        this.content = content;
        this.length = length;
        this.history = history;
        this.historyExtents = List.copyOf(historyExtents);
    }

    /** The array itself, which nobody changes. */
    byte[] content() {
        return content;
    }

    /** Bytes of the content that are not there to fill the last block. */
    int length() {
        return length;
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
