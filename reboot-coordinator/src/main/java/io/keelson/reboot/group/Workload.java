package io.keelson.reboot.group;

import java.util.Set;

/**
 * A service of which some members must stay up.
 *
 * @param nodes ids of the members it runs on
 * @param minAvailable how many of them must be neither rebooting nor out of order
 */
public record Workload(String name, Set<String> nodes, int minAvailable) {
    public static final int NODES_MAX = 10_000;

    public Workload {
        Names.require("workload", name);
        nodes = Set.copyOf(nodes);
        nodes.forEach(node -> Names.require("node id", node));
        if (nodes.size() > NODES_MAX) {
            throw new IllegalArgumentException(
                    "workload " + name + " has more than " + NODES_MAX + " nodes");
        }
        if (minAvailable < 0 || minAvailable >= nodes.size()) {
            throw new IllegalArgumentException(
                    "workload "
                            + name
                            + " needs minAvailable from 0 to "
                            + (nodes.size() - 1)
                            + ", else none of its "
                            + nodes.size()
                            + " nodes could ever reboot, but has "
                            + minAvailable);
        }
    }
}
