package io.keelson.omaha;

/**
 * A package beside the full payload that leads to the same release. Told from other servers' side
 * packages by our attribute {@code keelson_kind}; clients that do not know it take the first
 * package only.
 *
 * @param kind what it is, a word
 * @param sourceRootHash {@code keelson_source_root_hash}: the {@code /usr} it starts from, or empty
 */
public record SidePackage(PackageFile file, String kind, String sourceRootHash) {
    public SidePackage {
        if (!kind.matches("[a-z0-9-]{1,32}")) {
            throw new IllegalArgumentException("not a kind of package: " + kind);
        }
        if (!sourceRootHash.matches("(?:[0-9a-f]{64})?")) {
            throw new IllegalArgumentException("not a root hash: " + sourceRootHash);
        }
    }
}
