package io.keelson.reboot.proof;

/** How a coordinator can be wrong. */
enum Defect {
    NONE,
    /** Gives a holder that asks again a new fence. */
    FORGETS_THE_FENCE,
    /** After a lost answer of the store it grants a second time. */
    GRANTS_AGAIN_ON_RETRY,
    /** Counts failures and goes on. */
    IGNORES_THE_BUDGET,
    /** Takes a slot back when its host is silent. */
    FREES_AFTER_A_WHILE,
    /** Grants while there is a window, however little is left of it. */
    GRANTS_TOO_LATE_FOR_THE_WINDOW,
    /** Looks at the window for the grant and not again for the commit. */
    COMMITS_AFTER_THE_WINDOW,
    /** Says released when the store did not say that it was written. */
    TAKES_AN_UNKNOWN_RELEASE_FOR_DONE,
    /** Believes a host that it is well although it never went down. */
    FREES_THE_OLD_BOOT,
    /** Counts fences from the restored revision again. */
    REUSES_REVISIONS_AFTER_A_RESTORE,
    /** Takes a restored store for the one it knew. */
    TRUSTS_A_RESTORED_STORE,
    /** Serves the last first. */
    SERVES_THE_LAST_FIRST,
    /** Knows the slots of its start. */
    NEVER_READS_THE_SLOTS_AGAIN,
    /** A halt stops grants and no commits. */
    COMMITS_WHILE_HALTED,
    /** A halt stops commits and no grants. */
    GRANTS_WHILE_HALTED,
    /** Looks who commits and not with which grant. */
    COMMITS_ANY_FENCE,
    /** Decides by what it read some time ago, and writes without comparing. */
    WRITES_WITHOUT_COMPARING,
    /** Frees the oldest holder when a host without a slot releases. */
    FREES_SOMEBODY_ELSE,
    /** Gives a free slot to whoever asks next. */
    SERVES_WHOEVER_ASKS
}
