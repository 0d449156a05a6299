package io.keelson.reboot.group;

import java.time.Instant;

/**
 * One thing that happened to a group.
 *
 * @param revision of the write that did it, 0 before it is written
 * @param at by the clock of the writer
 * @param actor who asked for it
 */
public record AuditEntry(long revision, Instant at, String actor, String event) {
    public AuditEntry {
        actor = Names.oneLine(actor);
        event = Names.oneLine(event);
    }

    public AuditEntry at(long written) {
        return new AuditEntry(written, at, actor, event);
    }
}
