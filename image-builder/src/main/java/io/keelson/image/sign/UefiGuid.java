package io.keelson.image.sign;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** GUIDs of the UEFI specification (section 32) and how they look on disk. */
final class UefiGuid {
    static final UUID GLOBAL_VARIABLE = UUID.fromString("8be4df61-93ca-11d2-aa0d-00e098032b8c");
    static final UUID IMAGE_SECURITY_DATABASE =
            UUID.fromString("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
    static final UUID CERT_X509 = UUID.fromString("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");
    static final UUID CERT_TYPE_PKCS7 = UUID.fromString("4aafd29d-68df-49ee-8aa9-347d375665a7");

    /** Says in the firmware's key databases that an entry is ours. */
    static final UUID OWNER = UUID.fromString("b1c4f8a6-6f0e-4e5b-9c4e-6f776e657200");

    static final int BYTES = 16;

    private UefiGuid() {}

    /** The first three fields are little-endian, the rest is as printed. */
    static byte[] bytes(UUID guid) {
        long high = guid.getMostSignificantBits();
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (high >>> 32))
                .putShort((short) (high >>> 16))
                .putShort((short) high)
                .order(ByteOrder.BIG_ENDIAN)
                .putLong(guid.getLeastSignificantBits())
                .array();
    }
}
