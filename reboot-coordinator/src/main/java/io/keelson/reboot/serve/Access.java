package io.keelson.reboot.serve;

import java.util.Optional;

/**
 * Who may do what. Outside loopback a node is believed its id only if its certificate or token
 * proves it, or proves the machine id that FleetLock's id is made of.
 *
 * @param isPlain believe any id in FleetLock's two calls, as its other servers do
 */
record Access(boolean isPlain) {
    boolean mayLock(Caller caller, String id) {
        return isPlain || maySpeakFor(caller, id);
    }

    boolean maySpeakFor(Caller caller, String id) {
        return caller.isLocal()
                || caller.ids().contains(id)
                || caller.ids().stream().anyMatch(machine -> MachineId.isMadeOf(machine, id));
    }

    /** The name for the audit log, or empty when the caller may not steer groups. */
    Optional<String> operator(Caller caller, Optional<String> says) {
        if (caller.operator().isPresent()) {
            return caller.operator();
        }
        return caller.isLocal() ? Optional.of(says.orElse("local operator")) : Optional.empty();
    }

    boolean mayRead(Caller caller) {
        return caller.isKnown();
    }
}
