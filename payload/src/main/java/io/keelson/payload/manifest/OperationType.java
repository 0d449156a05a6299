package io.keelson.payload.manifest;

import java.util.Optional;

/**
 * {@code InstallOperation.Type} of update_metadata.proto (AOSP), from 1000 on Keelson's own, and
 * which of them Keelson applies.
 */
public enum OperationType {
    REPLACE(0),
    REPLACE_BZ(1),
    MOVE(2),
    BSDIFF(3),
    SOURCE_COPY(4),
    SOURCE_BSDIFF(5),
    ZERO(6),
    DISCARD(7),
    REPLACE_XZ(8),
    PUFFDIFF(9),
    BROTLI_BSDIFF(10),
    ZUCCHINI(11),
    LZ4DIFF_BSDIFF(12),
    LZ4DIFF_PUFFDIFF(13),
    REPLACE_ZSTD(14),
    /**
     * One zstd frame whose raw-content prefix is what the operation's history extents of the same
     * partition hold by then; so small pieces compress like one large window.
     */
    ZSTD_HISTORY(1000),
    /** One zstd frame whose raw-content prefix is what the source extents hold. */
    ZSTD_PATCH(1001),
    /** Control, difference and extra bytes as in bsdiff, each stream compressed by itself. */
    SPLIT_BSDIFF(1002),
    /** As {@link #SPLIT_BSDIFF}, of content whose zstd frames were unpacked; packs them again. */
    REPACK(1003);

    private final int number;

    OperationType(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** Whether Keelson can execute it, if it has the {@link #capability} for it. */
    public boolean applied() {
        return switch (this) {
            case MOVE, BSDIFF, PUFFDIFF, ZUCCHINI, LZ4DIFF_BSDIFF, LZ4DIFF_PUFFDIFF -> false;
            case REPLACE,
                    REPLACE_BZ,
                    REPLACE_XZ,
                    REPLACE_ZSTD,
                    ZERO,
                    DISCARD,
                    SOURCE_COPY,
                    SOURCE_BSDIFF,
                    BROTLI_BSDIFF,
                    ZSTD_HISTORY,
                    ZSTD_PATCH,
                    SPLIT_BSDIFF,
                    REPACK ->
                    true;
        };
    }

    /** Whether it takes bytes from the payload. */
    public boolean hasData() {
        return switch (this) {
            case MOVE, SOURCE_COPY, ZERO, DISCARD -> false;
            case REPLACE,
                    REPLACE_BZ,
                    REPLACE_XZ,
                    REPLACE_ZSTD,
                    BSDIFF,
                    SOURCE_BSDIFF,
                    BROTLI_BSDIFF,
                    PUFFDIFF,
                    ZUCCHINI,
                    LZ4DIFF_BSDIFF,
                    LZ4DIFF_PUFFDIFF,
                    ZSTD_HISTORY,
                    ZSTD_PATCH,
                    SPLIT_BSDIFF,
                    REPACK ->
                    true;
        };
    }

    /** Whether it reads the running slot. */
    public boolean hasSource() {
        return switch (this) {
            case REPLACE, REPLACE_BZ, REPLACE_XZ, REPLACE_ZSTD, ZSTD_HISTORY, ZERO, DISCARD ->
                    false;
            case MOVE,
                    BSDIFF,
                    SOURCE_COPY,
                    SOURCE_BSDIFF,
                    BROTLI_BSDIFF,
                    PUFFDIFF,
                    ZUCCHINI,
                    LZ4DIFF_BSDIFF,
                    LZ4DIFF_PUFFDIFF,
                    ZSTD_PATCH,
                    SPLIT_BSDIFF,
                    REPACK ->
                    true;
        };
    }

    /** What a host must have announced to get it; empty for what every host executes. */
    public Optional<Capability> capability() {
        return switch (this) {
            case REPLACE_ZSTD -> Optional.of(Capability.ZSTD);
            case ZSTD_HISTORY -> Optional.of(Capability.ZSTD_HISTORY);
            case ZSTD_PATCH -> Optional.of(Capability.ZSTD_PATCH);
            case SPLIT_BSDIFF -> Optional.of(Capability.SPLIT_BSDIFF);
            case REPACK -> Optional.of(Capability.REPACK_ZSTD_1_5_7);
            case BROTLI_BSDIFF -> Optional.of(Capability.BROTLI);
            case REPLACE,
                    REPLACE_BZ,
                    REPLACE_XZ,
                    MOVE,
                    BSDIFF,
                    SOURCE_COPY,
                    SOURCE_BSDIFF,
                    ZERO,
                    DISCARD,
                    PUFFDIFF,
                    ZUCCHINI,
                    LZ4DIFF_BSDIFF,
                    LZ4DIFF_PUFFDIFF ->
                    Optional.empty();
        };
    }

    static Optional<OperationType> of(int number) {
        for (OperationType type : values()) {
            if (type.number == number) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
