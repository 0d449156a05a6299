package io.keelson.image.compress;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the contents of files are stored in /usr. */
public enum Compression {
    /** As they are: read by every kernel, and deltas between releases are smallest. */
    NONE(-1),
    /** LZ4 blocks, read by Linux 5.4 and later. */
    LZ4(0),
    /** Zstandard frames, read by Linux 6.10 and later. */
    ZSTD(3);

    private final int erofsNumber;

    Compression(int erofsNumber) {
        this.erofsNumber = erofsNumber;
    }

    /** The word for a recipe. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one with this word. */
    public static Compression of(String word) {
        return Arrays.stream(values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "compression " + word + " is not known; known: " + words()));
    }

    private static List<String> words() {
        return Arrays.stream(values()).map(Compression::word).toList();
    }

    /** The algorithm's number in EROFS (erofs_fs.h, {@code Z_EROFS_COMPRESSION_LZ4} ...). */
    public int erofsNumber() {
        return erofsNumber;
    }

    /** The most blocks that a compressed piece takes. */
    public int blocksMax() {
        return switch (this) {
            case NONE -> 1;
            case LZ4 -> Lz4Encoder.BLOCKS_MAX;
            case ZSTD -> ZstdEncoder.BLOCKS_MAX;
        };
    }

    /** How much content a reader keeps at most, as a power of two. */
    public int windowLog() {
        return switch (this) {
            case NONE -> 0;
            case LZ4 -> Lz4Encoder.WINDOW_LOG;
            case ZSTD -> ZstdEncoder.WINDOW_LOG;
        };
    }

    /** A new encoder, for one thread; empty for contents that stay as they are. */
    public Optional<ClusterEncoder> encoder() {
        return switch (this) {
            case NONE -> Optional.empty();
            case LZ4 -> Optional.of(new Lz4Encoder());
            case ZSTD -> Optional.of(new ZstdEncoder());
        };
    }
}
