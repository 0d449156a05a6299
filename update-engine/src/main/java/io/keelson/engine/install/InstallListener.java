package io.keelson.engine.install;

import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.OfferedFile;

import java.io.IOException;

/** Hears how an installation proceeds. */
public interface InstallListener {
    /** The signature holds and the idle slot is about to be overwritten. */
    void accepted(Slot target, OfferedFile file) throws IOException;

    /** What an earlier try has written is kept. */
    void continued(OfferedFile file) throws IOException;

    void progressed(long doneBytes, long totalBytes);

    /**
     * All content has arrived: it is compared with what was announced and with this host, gets its
     * hash tree, and is flushed to the disk.
     */
    void verifying() throws IOException;

    /**
     * A better way did not work and the next one is taken.
     *
     * @param isLasting whether this file will never work here, so that it is not tried again
     */
    void detoured(OfferedFile file, String reason, boolean isLasting) throws IOException;

    /** All content is verified and on the disk; returns once that is remembered. */
    void contentWritten(Fetched fetched) throws IOException;
}
