package io.keelson.reboot.rules;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a grant depends on besides the group's document, as far as the caller knows it.
 *
 * @param members how many nodes the group has, for slots that are a share of them
 * @param etcdUp names of the etcd members that are voters and healthy
 * @param outOfOrder ids of nodes that serve no workload although they hold no slot
 * @param blocker why something outside wants no reboot now
 */
public record Circumstances(
        Instant now,
        int members,
        Set<String> etcdUp,
        Set<String> outOfOrder,
        Optional<String> blocker) {
    public Circumstances {
        etcdUp = Set.copyOf(etcdUp);
        outOfOrder = Set.copyOf(outOfOrder);
    }

    /** Nothing is known but the time and the size of the group. */
    public static Circumstances at(Instant now, int members) {
        return new Circumstances(now, members, Set.of(), Set.of(), Optional.empty());
    }
}
