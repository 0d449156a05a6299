package io.keelson.payload.manifest;

import java.nio.ByteBuffer;

/**
 * The fixed part of a CrAU payload of major version 2, big-endian: magic "CrAU", u64 version, u64
 * manifest size, u32 metadata signature size.
 */
public record PayloadHeader(int manifestBytes, int metadataSignatureBytes) {
    public static final int BYTES = 24;
    public static final long MAGIC = 0x4372_4155L;
    public static final long MAJOR_VERSION = 2;
    public static final int MANIFEST_BYTES_MAX = 8 << 20;
    public static final int SIGNATURES_BYTES_MAX = 16 << 10;

    /**
     * Parses the first {@value #BYTES} bytes of a payload.
     *
     * @throws ManifestException when it is not such a header or beyond a limit
     */
    public static PayloadHeader parse(byte[] bytes) throws ManifestException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (Integer.toUnsignedLong(in.getInt()) != MAGIC) {
            throw new ManifestException(
                    ManifestException.INVALID_MAGIC,
                    "the file does not start with \"CrAU\", so it is not an update payload");
        }
        long version = in.getLong();
        if (version != MAJOR_VERSION) {
            throw new ManifestException(
                    ManifestException.UNSUPPORTED_MAJOR_VERSION,
                    "the payload has major version "
                            + Long.toUnsignedString(version)
                            + "; only version 2 is supported");
        }
        long manifest = in.getLong();
        if (manifest <= 0 || manifest > MANIFEST_BYTES_MAX) {
            throw sizeOutOfRange("manifest", manifest, MANIFEST_BYTES_MAX);
        }
        long signature = Integer.toUnsignedLong(in.getInt());
        if (signature > SIGNATURES_BYTES_MAX) {
            throw sizeOutOfRange("metadata signature", signature, SIGNATURES_BYTES_MAX);
        }
        return new PayloadHeader((int) manifest, (int) signature);
    }

    public byte[] toByteArray() {
        return ByteBuffer.allocate(BYTES)
                .putInt((int) MAGIC)
                .putLong(MAJOR_VERSION)
                .putLong(manifestBytes)
                .putInt(metadataSignatureBytes)
                .array();
    }

    /** Offset of the first data blob. */
    public long dataOffset() {
        return (long) BYTES + manifestBytes + metadataSignatureBytes;
    }

    private static ManifestException sizeOutOfRange(String what, long bytes, int max) {
        return new ManifestException(
                ManifestException.INVALID_METADATA_SIZE,
                "the header announces a "
                        + what
                        + " of "
                        + Long.toUnsignedString(bytes)
                        + " bytes; 1 to "
                        + max
                        + " are accepted");
    }
}
