package io.keelson.reboot.rules;

import java.util.Locale;

/** Why the coordinator says no; a small fixed set, fit to label a metric. */
public enum RefusalKind {
    /** The group is halted, by an operator, its failure budget or a restored store. */
    GROUP_HALTED,
    /** No window is open for as long as the reboot takes, or a blackout is on. */
    OUTSIDE_WINDOW,
    /** All slots are held, or kept for those who came first, or the queue is full. */
    FAILED_LOCK_SEMAPHORE_FULL,
    /** etcd would lose its quorum. */
    WOULD_BREAK_QUORUM,
    /** A workload would have fewer nodes than it needs. */
    WOULD_BREAK_WORKLOAD,
    /** Something outside, such as an alert, asks for no reboots. */
    BLOCKED,
    /** The grant is gone, or belongs to another boot of the node. */
    FENCED,
    /** The node has not yet shown that it is well after its reboot. */
    HEALTH_GATE_PENDING,
    /** The caller is not who it says it is, or says it in a form that cannot be. */
    INVALID_CLIENT_IDENTITY,
    /** The coordinator has no such group. */
    UNKNOWN_GROUP,
    /** The request is not one of the protocol. */
    INVALID_REQUEST,
    /** The store did not answer, refused, or holds what this release cannot read. */
    STORE_UNAVAILABLE;

    /** The name in answers and metrics. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
