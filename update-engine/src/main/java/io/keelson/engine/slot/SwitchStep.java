package io.keelson.engine.slot;

/**
 * The durable changes of a switch, in their order. After each of them the old or new release boots.
 */
public enum SwitchStep {
    /** A boot entry whose slot is about to be overwritten is removed. */
    REMOVE_ENTRY,
    /** The idle slot loses its name, so that nothing finds half-written content. */
    MARK_EMPTY,
    /** The content of both partitions is written; the entry under a name no loader looks at. */
    WRITE_CONTENT,
    /** The hash tree of the bytes as they were written. */
    WRITE_TREE,
    /** Everything so far reaches the medium. */
    FLUSH,
    /** The slot gets its names and ids, in both copies of the partition table. */
    NAME_SLOT,
    /** The entry gets the name systemd-boot looks for. */
    PUBLISH_ENTRY,
    /** On the way to an older release: the running one's entry loses its tries. */
    GIVE_WAY
}
