package io.keelson.payload.manifest;

/**
 * The most bytes an operation may handle; together they bound the memory of applying.
 *
 * @param data taken from the payload, held in memory whole
 * @param written bytes of the partition
 * @param source bytes of the running slot
 * @param history bytes of the new partition it looks back at
 */
record OperationLimits(long data, long written, long source, long history) {
    private static final long MIB = 1 << 20;
    private static final long STREAMED = Long.MAX_VALUE;

    static OperationLimits of(OperationType type) {
        return switch (type) {
            // Written block by block from nothing or from the source.
            case ZERO, DISCARD, SOURCE_COPY, MOVE -> new OperationLimits(0, STREAMED, STREAMED, 0);
            case REPLACE, REPLACE_BZ, REPLACE_XZ, REPLACE_ZSTD ->
                    new OperationLimits(
                            ManifestRules.OPERATION_BYTES_MAX,
                            ManifestRules.OPERATION_BYTES_MAX,
                            0,
                            0);
            case ZSTD_HISTORY ->
                    new OperationLimits(
                            ManifestRules.OPERATION_BYTES_MAX,
                            ManifestRules.OPERATION_BYTES_MAX,
                            0,
                            ManifestRules.HISTORY_BYTES_MAX);
            // Prefix and result of a frame are in memory as a whole.
            case ZSTD_PATCH ->
                    new OperationLimits(
                            ManifestRules.PATCH_BYTES_MAX,
                            ManifestRules.PATCH_BYTES_MAX,
                            ManifestRules.PATCH_BYTES_MAX,
                            0);
            // The result streams and the source is read at random.
            case BSDIFF,
                    SOURCE_BSDIFF,
                    BROTLI_BSDIFF,
                    SPLIT_BSDIFF,
                    PUFFDIFF,
                    ZUCCHINI,
                    LZ4DIFF_BSDIFF,
                    LZ4DIFF_PUFFDIFF ->
                    new OperationLimits(ManifestRules.PATCH_BYTES_MAX, 64 * MIB, 64 * MIB, 0);
            // Its capability stands for the memory.
            case REPACK ->
                    new OperationLimits(ManifestRules.PATCH_BYTES_MAX, 256 * MIB, 256 * MIB, 0);
        };
    }

    void requireData(String where, long bytes) throws ManifestException {
        require(where, "takes", bytes, data);
    }

    void requireWritten(String where, long bytes) throws ManifestException {
        require(where, "writes", bytes, written);
    }

    void requireSource(String where, long bytes) throws ManifestException {
        require(where, "reads", bytes, source);
    }

    void requireHistory(String where, long bytes) throws ManifestException {
        require(where, "looks back at", bytes, history);
    }

    private static void require(String where, String verb, long bytes, long max)
            throws ManifestException {
        if (bytes > max) {
            throw new ManifestException(
                    ManifestException.MANIFEST_PARSE,
                    where + " " + verb + " " + bytes + " bytes; at most " + max + " are accepted");
        }
    }
}
