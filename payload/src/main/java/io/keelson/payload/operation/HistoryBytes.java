package io.keelson.payload.operation;

import io.keelson.payload.manifest.Extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What the operations so far wrote to the partition. */
@FunctionalInterface
public interface HistoryBytes {
    /** For operations that have none. */
    HistoryBytes NONE =
            extents -> {
                throw new IOException("nothing that was written was kept");
            };

    /** The extents' content one after the other in a direct buffer, good until the next call. */
    ByteBuffer of(List<Extent> extents) throws IOException;
}
