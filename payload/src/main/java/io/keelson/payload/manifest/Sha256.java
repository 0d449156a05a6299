package io.keelson.payload.manifest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest. */
public record Sha256(String hex) {
    public static final int BYTES = 32;

    public Sha256 {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a sha-256 digest: " + hex);
        }
    }

    public static Sha256 of(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** A fresh digest; every Java platform has the algorithm. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    /** The digest of the parts one after the other. */
    public static byte[] digest(byte[]... parts) {
        MessageDigest digest = digest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Whether the digest ends with this value; resets the digest. */
    public boolean matches(MessageDigest digest) {
        return Arrays.equals(digest.digest(), bytes());
    }
}
