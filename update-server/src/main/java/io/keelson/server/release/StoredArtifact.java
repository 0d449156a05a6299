package io.keelson.server.release;

import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A smaller way to a release than its full payload.
 *
 * @param version the release it leads to
 * @param name below {@code /payloads/}
 * @param sourceVersion the release a delta starts from; empty for an index
 * @param sourceRootHash root hash of that release; empty for an index
 * @param capabilities what a host must have announced to get it
 */
public record StoredArtifact(
        String version,
        String name,
        Kind kind,
        String sourceVersion,
        String sourceRootHash,
        SortedSet<String> capabilities,
        long sizeBytes,
        String sha256,
        Instant addedAt) {
    /** The texts are those of Omaha's {@code keelson_kind}. */
    public enum Kind {
        DELTA("delta"),
        CHUNK_INDEX("chunk-index");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @com.fasterxml.jackson.annotation.JsonValue
        public String text() {
            return text;
        }

        static Kind of(String text) {
            return text.equals(DELTA.text) ? DELTA : CHUNK_INDEX;
        }
    }

    public StoredArtifact {
        capabilities = new TreeSet<>(capabilities);
    }

    /** Capabilities as the database holds them. */
    static SortedSet<String> words(String text) {
        return new TreeSet<>(text.isEmpty() ? List.of() : List.of(text.split(" ", -1)));
    }

    /** Whether the two are for the same hosts, so that only one of them is of use. */
    boolean isForSameHostsAs(StoredArtifact other) {
        return kind == other.kind
                && sourceRootHash.equals(other.sourceRootHash)
                && capabilities.equals(other.capabilities);
    }
}
