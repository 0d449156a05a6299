package io.keelson.etcd;

import okio.ByteString;

/** A condition of a {@link Transaction} on one key; a missing key has all its numbers 0. */
public sealed interface Compare {
    String key();

    /** How the stored side relates to the given side. */
    enum Relation {
        EQUAL,
        NOT_EQUAL,
        GREATER,
        LESS
    }

    record ModRevision(String key, Relation relation, long revision) implements Compare {}

    record CreateRevision(String key, Relation relation, long revision) implements Compare {}

    record Version(String key, Relation relation, long version) implements Compare {}

    record Value(String key, Relation relation, ByteString value) implements Compare {}

    /** The key was last written at exactly this revision. */
    static Compare unchangedSince(String key, long modRevision) {
        return new ModRevision(key, Relation.EQUAL, modRevision);
    }

    static Compare missing(String key) {
        return new CreateRevision(key, Relation.EQUAL, 0);
    }
}
