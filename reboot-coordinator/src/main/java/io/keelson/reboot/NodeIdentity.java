package io.keelson.reboot;

import io.keelson.reboot.group.Names;

/**
 * Who asks: one boot of one machine.
 *
 * @param id machine id, case matters; operators may use any name
 * @param bootId the kernel's boot id, which tells one boot of a machine from the next
 */
public record NodeIdentity(String id, String bootId) {
    public NodeIdentity {
        Names.require("node id", id);
        Names.require("boot id", bootId);
    }
}
