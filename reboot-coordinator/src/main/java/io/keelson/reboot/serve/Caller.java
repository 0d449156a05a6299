package io.keelson.reboot.serve;

import java.util.Optional;
import java.util.Set;

/**
 * Who is at the other end of a connection.
 *
 * @param isLocal on this machine's loopback: may do what whoever runs the coordinator may
 * @param ids node ids that its certificate or its token proves
 * @param operator the name under which it may steer groups
 */
public record Caller(boolean isLocal, Set<String> ids, Optional<String> operator) {
    public static final Caller LOCAL = new Caller(true, Set.of(), Optional.empty());
    public static final Caller STRANGER = new Caller(false, Set.of(), Optional.empty());

    public Caller {
        ids = Set.copyOf(ids);
    }

    boolean isKnown() {
        return isLocal || operator.isPresent() || !ids.isEmpty();
    }
}
