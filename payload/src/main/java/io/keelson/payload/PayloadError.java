package io.keelson.payload;

/** Why a payload fails: update_engine's {@code ErrorCode} numbers, as Omaha servers know them. */
public enum PayloadError {
    DOWNLOAD_TRANSFER(9),
    PAYLOAD_SIZE_MISMATCH(11),
    DOWNLOAD_WRITE(14),
    NEW_ROOTFS_VERIFICATION(15),
    NEW_KERNEL_VERIFICATION(16),
    PAYLOAD_PUBLIC_KEY_VERIFICATION(18),
    /** The running slot does not hold what a delta builds on; a full payload may still work. */
    SOURCE_MISMATCH(20),
    INVALID_METADATA_MAGIC(21),
    SIGNATURE_MISSING_IN_MANIFEST(22),
    MANIFEST_PARSE(23),
    METADATA_SIGNATURE_ERROR(24),
    METADATA_SIGNATURE_MISMATCH(26),
    OPERATION_EXECUTION(28),
    OPERATION_HASH_MISMATCH(29),
    INVALID_METADATA_SIZE(32),
    OPERATION_HASH_MISSING(38),
    METADATA_SIGNATURE_MISSING(39),
    UNSUPPORTED_MAJOR_VERSION(44),
    UNSUPPORTED_MINOR_VERSION(45);

    private final int code;

    PayloadError(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    static PayloadError of(int code) {
        for (PayloadError error : values()) {
            if (error.code == code) {
                return error;
            }
        }
        throw new IllegalArgumentException("no payload error has the code " + code);
    }
}
