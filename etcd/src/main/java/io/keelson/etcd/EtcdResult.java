package io.keelson.etcd;

import java.util.function.Function;

/**
 * What the caller knows after one call: etcd's answer, that etcd certainly did nothing, or neither.
 *
 * @param <T> the answer of a call that succeeded
 */
public sealed interface EtcdResult<T> {
    /** etcd answered; for a write this also means that it happened. */
    record Known<T>(T value) implements EtcdResult<T> {}

    /** The call certainly had no effect: no endpoint was reached, or etcd rejected it. */
    record Refused<T>(Refusal refusal, String reason) implements EtcdResult<T> {}

    /**
     * The request left this process and no usable answer came back: a write may have happened, may
     * happen later, or may never happen. Read back before trying again.
     */
    record Unknown<T>(String reason) implements EtcdResult<T> {}

    /** Why a call certainly had no effect; few in number, so that it can label a metric. */
    enum Refusal {
        /** No endpoint accepted a connection. */
        UNREACHABLE,
        /** No credentials that etcd knows. */
        UNAUTHENTICATED,
        /** The user has not the rights. */
        DENIED,
        /** The lease or user named by the request does not exist. */
        NOT_FOUND,
        /** The revision was compacted, or lies in the future. */
        OUT_OF_RANGE,
        /** etcd, or something else that listens on the endpoint, does not accept this request. */
        REJECTED
    }

    /** The same outcome with another form of the answer. */
    default <R> EtcdResult<R> map(Function<? super T, ? extends R> form) {
        return switch (this) {
            case Known<T>(var value) -> new Known<>(form.apply(value));
            case Refused<T>(var refusal, var reason) -> new Refused<>(refusal, reason);
            case Unknown<T>(var reason) -> new Unknown<>(reason);
        };
    }
}
