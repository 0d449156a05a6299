package io.keelson.engine.agent;

import io.keelson.engine.slot.SlotWriter;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.OfferedFile;

import java.io.IOException;

/** Hears how an installation proceeds. */
interface InstallListener {
    /** The signature holds and the idle slot is about to be overwritten. */
    void accepted(SlotWriter writer, OfferedFile file) throws IOException;

    void progressed(long doneBytes, long totalBytes);

    /**
     * A better way did not work and the next one is taken.
     *
     * @param isLasting whether this file will never work here, so that it is not tried again
     */
    void detoured(OfferedFile file, String reason, boolean isLasting) throws IOException;

    /** All content is verified and on the disk; returns once that is remembered. */
    void contentWritten(Fetched fetched) throws IOException;
}
