package io.keelson.reboot.rules;

/** The answer to what a node says about itself after its reboot. */
public sealed interface ReportAnswer {
    /** The node is well again and its slot is free; {@code groupHalted} when its group stands. */
    record Released(boolean groupHalted) implements ReportAnswer {}

    /** Noted; the node keeps its slot and reports again. */
    record Pending(String reason) implements ReportAnswer {}

    /**
     * The reboot did not do what it was for, which counts as a failure.
     *
     * @param keepsSlot whether the node may still go down
     */
    record Failed(String reason, boolean keepsSlot, boolean groupHalted) implements ReportAnswer {}

    /** The node has no slot; nothing was written. */
    record NotHolder() implements ReportAnswer {}

    record Refused(RefusalKind kind, String reason) implements ReportAnswer {}

    /** The store did not say; asking again is harmless. */
    record Unavailable(String reason) implements ReportAnswer {}
}
