package io.keelson.etcd;

import java.util.List;
import java.util.Optional;

/**
 * The keys of a {@link Range}, in key order.
 *
 * @param more true when a limit cut the answer short
 */
public record RangeAnswer(ResponseHeader header, List<KeyValue> values, boolean more) {
    public RangeAnswer {
        values = List.copyOf(values);
    }

    public Optional<KeyValue> first() {
        return values.stream().findFirst();
    }
}
