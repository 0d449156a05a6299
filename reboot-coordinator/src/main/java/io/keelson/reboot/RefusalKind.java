package io.keelson.reboot;

/** Why the lock says no; a small fixed set, fit to label a metric. */
public enum RefusalKind {
    /** The group is halted, by an operator or by its failure budget. */
    GROUP_HALTED,
    /** The failure budget is used up. */
    BUDGET_EXHAUSTED,
    /** The queue has its greatest length. */
    QUEUE_FULL,
    /** The id holds the slot under another boot id: release first, or two machines share one id. */
    OTHER_BOOT,
    /** The node does not hold this grant (any more). */
    FENCED,
    /** No boot happened since the grant. */
    NOT_REBOOTED,
    /** The node has rebooted since the grant: its turn ends healthy or failed. */
    ALREADY_REBOOTED,
    /** The id holds no slot and waits for none. */
    UNKNOWN_NODE,
    /** The group's document in the store is not one this release can read. */
    UNREADABLE_GROUP,
    /** The store rejects the request. */
    STORE_REFUSED
}
