package io.keelson.disk.verity;

import java.util.HexFormat;
import java.util.UUID;

/** Parameters every release of the product uses. */
public final class VerityDefaults {
    /** Bytes of a data block and of a hash block. */
    public static final int BLOCK_BYTES = 4096;

    /** One id for all: the partition's own id is what tells trees apart. */
    public static final UUID UUID_OF_TREE = UUID.fromString("6b65656c-736f-8e00-9669-7479636f6e73");

    private static final String SALT_HEX =
            "6b65656c736f6e20646d2d7665726974792073616c742c2076657273696f6e31";

    private VerityDefaults() {}

    /** One salt for all releases, so that leaf hashes can be compared across them. */
    public static byte[] salt() {
        return HexFormat.of().parseHex(SALT_HEX);
    }
}
