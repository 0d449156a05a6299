package io.keelson.payload.manifest;

import java.util.Optional;

/**
 * {@code InstallOperation.Type} of update_metadata.proto (AOSP), and which of them Keelson applies.
 */
public enum OperationType {
    REPLACE(0, true),
    REPLACE_BZ(1, false),
    MOVE(2, false),
    BSDIFF(3, false),
    SOURCE_COPY(4, false),
    SOURCE_BSDIFF(5, false),
    ZERO(6, true),
    DISCARD(7, false),
    REPLACE_XZ(8, false),
    PUFFDIFF(9, false),
    BROTLI_BSDIFF(10, false),
    ZUCCHINI(11, false),
    LZ4DIFF_BSDIFF(12, false),
    LZ4DIFF_PUFFDIFF(13, false),
    REPLACE_ZSTD(14, true);

    private final int number;
    private final boolean applied;

    OperationType(int number, boolean applied) {
        this.number = number;
        this.applied = applied;
    }

    public int number() {
        return number;
    }

    /** Whether a host can execute it. */
    public boolean applied() {
        return applied;
    }

    /** Whether it takes bytes from the payload. */
    public boolean hasData() {
        return switch (this) {
            case MOVE, SOURCE_COPY, ZERO, DISCARD -> false;
            case REPLACE,
                    REPLACE_BZ,
                    BSDIFF,
                    SOURCE_BSDIFF,
                    REPLACE_XZ,
                    PUFFDIFF,
                    BROTLI_BSDIFF,
                    ZUCCHINI,
                    LZ4DIFF_BSDIFF,
                    LZ4DIFF_PUFFDIFF,
                    REPLACE_ZSTD ->
                    true;
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
