package io.keelson.engine.state;

import java.net.URI;
import java.util.List;

/**
 * A file of a release as the update server offers it.
 *
 * @param sources its addresses, in order of preference
 * @param sha256Hex of the whole file
 * @param sourceRootHash root hash of the release a delta starts from; empty for the other kinds
 */
public record OfferedFile(
        FileKind kind, List<URI> sources, long sizeBytes, String sha256Hex, String sourceRootHash) {
    public OfferedFile {
        sources = List.copyOf(sources);
        if (sources.isEmpty() || sizeBytes <= 0 || !sha256Hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a file on offer: " + kind + " " + sources);
        }
    }

    /** A payload that needs nothing of the running release. */
    public static OfferedFile full(List<URI> sources, long sizeBytes, String sha256Hex) {
        return new OfferedFile(FileKind.FULL, sources, sizeBytes, sha256Hex, "");
    }
}
