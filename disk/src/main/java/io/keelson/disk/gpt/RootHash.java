package io.keelson.disk.gpt;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/** A SHA-256 dm-verity root hash, as 64 lower-case hex digits. */
public record RootHash(String hex) {
    private static final Pattern GRAMMAR = Pattern.compile("[0-9a-f]{64}");

    public RootHash {
        if (!GRAMMAR.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a SHA-256 root hash in lower case: " + hex);
        }
    }

    public static RootHash of(byte[] bytes) {
        return new RootHash(HexFormat.of().formatHex(bytes));
    }

    /** The hash whose two halves these ids are; see {@link #usrUuid} and {@link #verityUuid}. */
    public static RootHash of(UUID usr, UUID verity) {
        return of(
                ByteBuffer.allocate(32)
                        .putLong(usr.getMostSignificantBits())
                        .putLong(usr.getLeastSignificantBits())
                        .putLong(verity.getMostSignificantBits())
                        .putLong(verity.getLeastSignificantBits())
                        .array());
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** The unique id of the data partition: the first 128 bits (Discoverable Partitions Spec). */
    public UUID usrUuid() {
        return uuid(0);
    }

    /** The unique id of the hash partition: the last 128 bits. */
    public UUID verityUuid() {
        return uuid(16);
    }

    private UUID uuid(int offset) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes());
        return new UUID(buffer.getLong(offset), buffer.getLong(offset + 8));
    }

    @Override
    public String toString() {
        return hex;
    }
}
