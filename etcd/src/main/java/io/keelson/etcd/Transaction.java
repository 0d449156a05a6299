package io.keelson.etcd;

import java.util.List;

/** Does {@code success} when every comparison holds, else {@code failure}; all at one revision. */
public record Transaction(
        List<Compare> compares, List<Operation> success, List<Operation> failure) {
    public Transaction {
        compares = List.copyOf(compares);
        success = List.copyOf(success);
        failure = List.copyOf(failure);
    }
}
