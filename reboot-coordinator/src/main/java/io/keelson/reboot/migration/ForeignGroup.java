package io.keelson.reboot.migration;

import java.util.List;

/**
 * A group as another coordinator left it.
 *
 * @param name as it is there; may hold characters that a name here may not
 * @param slots as stored; locksmith lets them be 0 or negative
 * @param holders ids in the order stored, each once
 * @param remarks what was odd about the document, one sentence each
 */
public record ForeignGroup(
        Origin origin, String name, long slots, List<String> holders, List<String> remarks) {
    public ForeignGroup {
        holders = List.copyOf(holders);
        remarks = List.copyOf(remarks);
    }

    /** Whose document it was. */
    public enum Origin {
        /** Key {@code coreos.com/updateengine/rebootlock/…} of etcd's v2 keyspace. */
        LOCKSMITH,
        /** Key {@code com.coreos.airlock/groups/…} of etcd. */
        AIRLOCK
    }
}
