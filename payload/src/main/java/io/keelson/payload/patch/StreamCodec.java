package io.keelson.payload.patch;

import io.keelson.host.BufferInputStream;
import io.keelson.host.xz.XzInputStream;
import io.keelson.host.zstd.ZstdInputStream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** How a stream inside a patch is compressed. */
public enum StreamCodec {
    STORED(0),
    /** One frame, looking back at most {@value #WINDOW_LOG_MAX} bits of bytes. */
    ZSTD(1),
    /** One .xz stream with a dictionary of at most 8 MiB. */
    XZ(2),
    /** Only for differences: each byte is coded by what is known about it, see DiffModel. */
    MODELLED(3);

    static final int WINDOW_LOG_MAX = 23;
    private static final long XZ_MEMORY_BYTES_MAX = 10L << 20;

    private final int number;

    StreamCodec(int number) {
        this.number = number;
    }

    static StreamCodec of(int number) throws PatchException {
        for (StreamCodec codec : values()) {
            if (codec.number == number) {
                return codec;
            }
        }
        throw new PatchException("the patch has a stream of the unknown codec " + number);
    }

    /** The number in the patch. */
    public int number() {
        return number;
    }

    InputStream open(ByteBuffer stream) throws IOException {
        return switch (this) {
            case STORED -> new BufferInputStream(stream);
            case ZSTD -> new ZstdInputStream(stream, WINDOW_LOG_MAX);
            case XZ -> new XzInputStream(stream, XZ_MEMORY_BYTES_MAX);
            case MODELLED ->
                    throw new PatchException("only differences can be modelled in a patch");
        };
    }
}
