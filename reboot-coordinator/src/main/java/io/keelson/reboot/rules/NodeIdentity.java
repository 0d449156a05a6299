package io.keelson.reboot.rules;

import io.keelson.reboot.group.Names;

/**
 * Who asks: one boot of one machine.
 *
 * @param id machine id, case matters; operators may use any name
 * @param bootId the kernel's boot id, which tells one boot of a machine from the next
 * @param version what it runs, empty when it does not say
 */
public record NodeIdentity(String id, String bootId, String version) {
    /** A client of FleetLock does not tell its boot: nothing about its reboot can be proven. */
    public static final String UNKNOWN_BOOT = "-";

    /** A person or a script that holds a slot; it is never overdue. */
    public static final String OPERATOR_BOOT = "operator";

    public NodeIdentity {
        Names.require("node id", id);
        Names.require("boot id", bootId);
        version = Names.oneLine(version);
    }

    public NodeIdentity(String id, String bootId) {
        this(id, bootId, "");
    }

    /** Whether its boots can be told apart. */
    public boolean tellsBoot() {
        return !bootId.equals(UNKNOWN_BOOT);
    }
}
