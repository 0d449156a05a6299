package io.keelson.image.convert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The ids that formats want, derived from the disk instead of drawn: its first MiB, which holds the
 * partition table with the release's ids, and its size.
 */
final class DiskIdentity {
    private static final int HEAD_BYTES = 1 << 20;

    private final byte[] seed;

    private DiskIdentity(byte[] seed) {
        this.seed = seed;
    }

    static DiskIdentity of(Disk disk) throws IOException {
        MessageDigest sha256 = sha256();
        sha256.update(disk.head(HEAD_BYTES));
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(disk.sizeBytes()).array());
        return new DiskIdentity(sha256.digest());
    }

    /** A version 8 UUID (RFC 9562, 5.8), another one for every purpose. */
    UUID uuid(String purpose) {
        ByteBuffer digest = ByteBuffer.wrap(digest(purpose));
        long high = (digest.getLong(0) & ~0xF000L) | 0x8000L;
        long low = (digest.getLong(8) >>> 2) | (1L << 63);
        return new UUID(high, low);
    }

    /** A number that is neither all zeros nor all ones, which formats give a meaning. */
    int number(String purpose) {
        return (ByteBuffer.wrap(digest(purpose)).getInt() & 0x7FFF_FFFF) | 1;
    }

    private byte[] digest(String purpose) {
        MessageDigest sha256 = sha256();
        sha256.update(seed);
        return sha256.digest(purpose.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
