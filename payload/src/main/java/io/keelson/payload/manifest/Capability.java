package io.keelson.payload.manifest;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a host must be able to do for operations that not every reader of the format knows. A host
 * announces the names; a payload that needs one it did not announce is refused.
 */
public enum Capability {
    /** {@link OperationType#REPLACE_ZSTD}, which update_engine learnt last of all. */
    ZSTD("zstd"),
    /** {@link OperationType#ZSTD_HISTORY}. */
    ZSTD_HISTORY("zstd-history"),
    /** {@link OperationType#ZSTD_PATCH}. */
    ZSTD_PATCH("zstd-patch"),
    /** {@link OperationType#SPLIT_BSDIFF}. */
    SPLIT_BSDIFF("split-bsdiff"),
    /**
     * {@link OperationType#REPACK}: exactly this libzstd, which alone compresses to the same bytes,
     * and the memory it takes.
     */
    REPACK_ZSTD_1_5_7("repack-zstd-1.5.7"),
    /** {@link OperationType#BROTLI_BSDIFF}; off-host only, no host carries Brotli. */
    BROTLI("brotli");

    /** What every host of this code can do. */
    public static final Set<Capability> HOST =
            Collections.unmodifiableSet(EnumSet.of(ZSTD, ZSTD_HISTORY, ZSTD_PATCH, SPLIT_BSDIFF));

    /** What a host of this code can do that has the memory and the library for it. */
    public static final Set<Capability> HOST_AT_MOST =
            Collections.unmodifiableSet(
                    EnumSet.of(ZSTD, ZSTD_HISTORY, ZSTD_PATCH, SPLIT_BSDIFF, REPACK_ZSTD_1_5_7));

    private final String text;

    Capability(String text) {
        this.text = text;
    }

    /** The name a host announces. */
    public String text() {
        return text;
    }

    /** The capability a host announced; names of other generations are none of these. */
    public static Optional<Capability> of(String text) {
        for (Capability capability : values()) {
            if (capability.text.equals(text)) {
                return Optional.of(capability);
            }
        }
        return Optional.empty();
    }
}
