package io.keelson.engine.state;

import java.util.Optional;

/**
 * What is open between this host and the others because of a reboot.
 *
 * @param debt what the reboot lock still has to be told
 * @param group in which this host got its last slot, until it is handed back
 * @param drainedBoot the boot in which the host was drained, unless that was taken back
 */
public record RebootTurn(
        Optional<LockDebt> debt, Optional<String> group, Optional<String> drainedBoot) {
    static final RebootTurn NONE =
            new RebootTurn(Optional.empty(), Optional.empty(), Optional.empty());

    RebootTurn owing(Optional<LockDebt> next) {
        return new RebootTurn(next, group, drainedBoot);
    }

    RebootTurn holding(String slotsOf) {
        return new RebootTurn(debt, Optional.of(slotsOf), drainedBoot);
    }

    RebootTurn drained(Optional<String> bootId) {
        return new RebootTurn(debt, group, bootId);
    }
}
