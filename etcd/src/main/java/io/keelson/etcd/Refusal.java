package io.keelson.etcd;

/** Why a call certainly had no effect; low in number, so that it can label a metric. */
public enum Refusal {
    /** No endpoint accepted a connection. */
    UNREACHABLE,
    /** No valid credentials, or not enough rights. */
    DENIED,
    /** The lease or key named by the request does not exist. */
    NOT_FOUND,
    /** The revision was compacted, or lies in the future. */
    OUT_OF_RANGE,
    /** The store is full or sheds load. */
    EXHAUSTED,
    /** etcd, or something else that listens on the endpoint, does not accept this request. */
    REJECTED
}
