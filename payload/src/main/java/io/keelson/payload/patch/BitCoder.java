package io.keelson.payload.patch;

import java.io.IOException;

/**
 * Codes single bits by how likely they are (carryless binary arithmetic coding). One interface for
 * both directions lets one model serve both.
 */
public interface BitCoder {
    /**
     * Writes or reads a bit.
     *
     * @param bit what to write; a reader ignores it
     * @param one how likely a one is, 1 to 65535 of 65536
     * @return the bit
     */
    int code(int bit, int one) throws IOException;
}
