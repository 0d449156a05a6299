package io.keelson.payload.patch;

import java.io.Closeable;
import java.io.IOException;

/** Turns bytes of the source into bytes of the result. */
interface DifferenceReader extends Closeable {
    /** The bytes that follow are from this offset of the source on. */
    void startRecord(long from);

    /** Replaces bytes of the source by those of the result. */
    void apply(byte[] bytes, int offset, int length) throws IOException;

    /** Refuses a stream that holds more than was asked of it. */
    void requireEnd() throws IOException;
}
