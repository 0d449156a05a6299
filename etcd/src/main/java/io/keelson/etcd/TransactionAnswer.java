package io.keelson.etcd;

import java.util.List;

/**
 * Which branch of a {@link Transaction} ran and what its steps answered, in their order.
 *
 * @param succeeded true when the comparisons held
 */
public record TransactionAnswer(ResponseHeader header, boolean succeeded, List<Step> steps) {
    public TransactionAnswer {
        steps = List.copyOf(steps);
    }

    /** The answer to one operation. */
    public sealed interface Step {
        record Written() implements Step {}

        record Found(List<KeyValue> values) implements Step {
            public Found {
                values = List.copyOf(values);
            }
        }

        record Deleted(long keys) implements Step {}
    }
}
