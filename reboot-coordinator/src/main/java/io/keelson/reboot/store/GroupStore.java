package io.keelson.reboot.store;

import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.Line;

import okio.ByteString;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where one group is kept: its document, only ever replaced by compare-and-set, and beside it those
 * who wait, the members and the audit log. Every write is done as a whole or not at all, and has a
 * revision that is higher than all before it.
 */
public interface GroupStore {
    /** Most ids in one question: with what is due besides, etcd takes 128 steps in one write. */
    int BATCH_MAX = 40;

    /**
     * The group as it is now, after every write that was answered before.
     *
     * @param ids nodes whose place in the line must be told even if they are far behind
     * @param firstMax how many of the first in line to read, 0 for only how many there are
     */
    Read read(Set<String> ids, int firstMax);

    Write write(Batch batch);

    /** Blocks until the document is written after {@code revision}, the time is over, or fails. */
    void awaitChange(long revision, Duration atMost);

    /** How many members the group has, or why that is not known. */
    Count countMembers();

    /** The newest entries of the audit log, newest first. */
    List<AuditEntry> audit(int most);

    /** Forgets all but the newest entries of the audit log. */
    void trimAudit(int keep);

    /**
     * One write.
     *
     * @param expected revision of the document that was read; when it has another, nothing is done
     * @param document the next document, if it changed
     * @param line changes of the line
     * @param members nodes to count as members
     * @param audit what happened, if the document changed
     */
    record Batch(
            long expected,
            Optional<ByteString> document,
            List<Line.Change> line,
            Set<String> members,
            List<AuditEntry> audit) {
        public Batch {
            line = List.copyOf(line);
            members = Set.copyOf(members);
            audit = List.copyOf(audit);
        }
    }

    /** What one read found. */
    sealed interface Read {
        /**
         * The group at one moment.
         *
         * @param document empty when nobody has written it yet
         * @param revision revision of the document's last write, 0 when there is none
         */
        record Found(ByteString document, long revision, Line line, Identity store)
                implements Read {}

        record Refused(String reason) implements Read {}

        record Unavailable(String reason) implements Read {}
    }

    /**
     * Which store answered.
     *
     * @param id tells one store from another, but not a store from its restored backup
     * @param revision of the whole store at that moment
     */
    record Identity(String id, long revision) {}

    /** How many there are. */
    sealed interface Count {
        record Known(int count) implements Count {}

        record Unknown(String reason) implements Count {}
    }

    /** What one write did. */
    sealed interface Write {
        record Written(long revision) implements Write {}

        /** Somebody else wrote since the read: nothing was done. */
        record Conflict() implements Write {}

        record Refused(String reason) implements Write {}

        /** The store was not reached: certainly not written. */
        record Unavailable(String reason) implements Write {}

        /** Written, still to be written, or never: read back. */
        record Unknown(String reason) implements Write {}
    }
}
