package io.keelson.payload.apply;

import java.io.IOException;
import java.io.InputStream;

/** Opens the same payload file again somewhere in its middle, as an HTTP range request does. */
@FunctionalInterface
public interface PayloadRanges {
    /** For a payload that can only be read from its first byte on. */
    PayloadRanges NONE =
            offset -> {
                throw new IOException("the payload cannot be read from byte " + offset + " on");
            };

    /**
     * The file from this byte to its end. The applier closes the stream. The bytes may be anything:
     * each operation's are compared with the hash in the signed manifest.
     */
    InputStream from(long offset) throws IOException;
}
