package io.keelson.payload.patch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * What a patch says about one of its streams.
 *
 * @param packed bytes in the patch
 * @param unpacked bytes
 */
record StreamHeader(StreamCodec codec, int packed, long unpacked) {
    private static final long UNPACKED_BYTES_MAX = 1L << 32;

    static StreamHeader read(ByteBuffer patch, String name) throws PatchException {
        StreamCodec codec = StreamCodec.of((int) PatchNumbers.read(patch, "a codec", 0x7F));
        int packed = (int) PatchNumbers.read(patch, "the size of " + name, Integer.MAX_VALUE);
        long unpacked =
                PatchNumbers.read(patch, "the unpacked size of " + name, UNPACKED_BYTES_MAX);
        return new StreamHeader(codec, packed, unpacked);
    }

    /** Takes the stream from the patch, whose position moves behind it. */
    InputStream open(ByteBuffer patch) throws IOException {
        return codec.open(slice(patch));
    }

    DifferenceReader openDifferences(ByteBuffer patch) throws IOException {
        return codec == StreamCodec.MODELLED
                ? new ModelledDifferences(slice(patch))
                : new PlainDifferences(codec.open(slice(patch)));
    }

    private ByteBuffer slice(ByteBuffer patch) throws PatchException {
        if (packed > patch.remaining()) {
            throw new PatchException(
                    "the patch ends within a stream of %d bytes".formatted(packed));
        }
        ByteBuffer stream = patch.slice(patch.position(), packed);
        patch.position(patch.position() + packed);
        return stream;
    }
}
