package io.keelson.engine.agent;

import io.keelson.engine.slot.SlotWriter;

import java.io.IOException;

/** Hears how an installation proceeds. */
interface InstallListener {
    /** The signature holds and the idle slot is about to be overwritten. */
    void accepted(SlotWriter writer) throws IOException;

    void progressed(long doneBytes, long totalBytes);

    /** All content is verified and on the disk; returns once that is remembered. */
    void contentWritten() throws IOException;
}
