package io.keelson.reboot.rules;

import io.keelson.reboot.group.Names;

/** How a node's turn with the slot ended. */
public sealed interface Outcome {
    /** The node rebooted and passed its health gate. */
    record Healthy() implements Outcome {}

    /** The node came back without what it rebooted for; counts one use of the failure budget. */
    record Failed(String reason) implements Outcome {
        public Failed {
            reason = Names.oneLine(reason);
        }
    }

    /** The node gives the slot back without having committed to a reboot; counts nothing. */
    record Abandoned(String reason) implements Outcome {
        public Abandoned {
            reason = Names.oneLine(reason);
        }
    }
}
