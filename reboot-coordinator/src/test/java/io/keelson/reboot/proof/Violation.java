package io.keelson.reboot.proof;

/** A rule that was broken, when, and how one can see it. */
public record Violation(Rule rule, long at, String what) {
    /** What must hold. */
    public enum Rule {
        /** Never more hosts with a slot than slots. */
        TOO_MANY,
        /** No two turns have the same fence. */
        FENCE_REUSED,
        /** A turn that begins after another was granted has a higher fence. */
        FENCE_NOT_HIGHER,
        /** A host that asks again in its turn gets the same fence. */
        FENCE_CHANGED,
        /** Nothing is granted or committed outside the windows. */
        OUTSIDE_WINDOW,
        /** Nothing is granted or committed while the group is halted. */
        HALTED,
        /** Nothing is granted once the failure budget is used. */
        BUDGET,
        /** Who came first is served first. */
        OUT_OF_ORDER,
        /** What was released is free. */
        RELEASE_LOST,
        /** Who has a slot is known to have it. */
        HOLDER_FORGOTTEN,
        /** Nobody is well after a reboot that never was. */
        OLD_BOOT,
        /** A grant that is over lets nobody reboot. */
        STALE_COMMIT,
        /** No host goes down without having been told that it may. */
        DOWN_WITHOUT_COMMIT
    }
}
