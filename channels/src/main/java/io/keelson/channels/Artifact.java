package io.keelson.channels;

/**
 * One file of a release.
 *
 * @param sizeBytes at least 1
 * @param sha256 in lower-case hexadecimal
 */
public record Artifact(long sizeBytes, String sha256) {
    public Artifact {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("an artifact of " + sizeBytes + " bytes");
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a sha-256 digest: " + sha256);
        }
    }
}
