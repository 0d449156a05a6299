package io.keelson.etcd;

import okio.ByteString;

import java.util.List;
import java.util.stream.Stream;

/** Does {@code success} when every comparison holds, else {@code failure}; all at one revision. */
public record Transaction(
        List<Compare> compares, List<Operation> success, List<Operation> failure) {
    public Transaction {
        compares = List.copyOf(compares);
        success = List.copyOf(success);
        failure = List.copyOf(failure);
    }

    /** Whether neither branch changes anything. */
    boolean onlyReads() {
        return Stream.concat(success.stream(), failure.stream())
                .allMatch(Operation.Read.class::isInstance);
    }

    /** A condition on one key; a missing key has all its numbers 0. */
    public sealed interface Compare {
        String key();

        Relation relation();

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

    /** How the stored side relates to the given side. */
    public enum Relation {
        EQUAL,
        NOT_EQUAL,
        GREATER,
        LESS
    }

    /** One step. */
    public sealed interface Operation {
        /** Writes a key; {@code lease} 0 binds it to none. */
        record Put(String key, ByteString value, long lease) implements Operation {}

        record Read(Range range) implements Operation {}

        record Delete(Range range) implements Operation {}

        static Operation put(String key, ByteString value) {
            return new Put(key, value, 0);
        }

        static Operation read(String key) {
            return new Read(Range.ofKey(key));
        }

        static Operation delete(String key) {
            return new Delete(Range.ofKey(key));
        }
    }

    /**
     * Which branch ran and what its steps answered, in their order.
     *
     * @param succeeded true when the comparisons held
     */
    public record Answer(ResponseHeader header, boolean succeeded, List<Step> steps) {
        public Answer {
            steps = List.copyOf(steps);
        }
    }

    /** What one operation answered. */
    public sealed interface Step {
        record Written() implements Step {}

        /** Answers a read; {@code count} also counts the keys that a limit left out. */
        record Found(List<KeyValue> values, long count) implements Step {
            public Found {
                values = List.copyOf(values);
            }
        }

        record Deleted(long keys) implements Step {}
    }
}
