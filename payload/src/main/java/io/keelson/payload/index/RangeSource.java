package io.keelson.payload.index;

import java.io.IOException;
import java.io.InputStream;

/** Fetches parts of the payload file, as HTTP range requests do. */
@FunctionalInterface
public interface RangeSource {
    /**
     * The bytes of the payload file from one offset to another. The caller closes the stream. The
     * bytes may be anything: each operation's are compared with the hash in the signed manifest.
     */
    InputStream open(long from, long toExclusive) throws IOException;
}
