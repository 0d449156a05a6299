package io.keelson.disk.verity;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of salt and block, as hash type 1 ("normal") has it. Not for two threads. */
final class BlockHasher {
    static final int DIGEST_BYTES = 32;

    private final MessageDigest digest;
    private final byte[] salt;

    BlockHasher(byte[] salt) {
        this.salt = salt;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Hashes what remains in the buffer into the target. */
    void hash(ByteBuffer block, byte[] target, int offset) {
        digest.update(salt);
        digest.update(block);
        try {
            int _ = digest.digest(target, offset, DIGEST_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("no room for a digest at " + offset, e);
        }
    }
}
