package io.keelson.payload.apply;

import java.io.IOException;
import java.util.Optional;

/**
 * Remembers across a power cut how far an apply has got. {@link JournalFile} is the one for hosts.
 *
 * <p>A journal belongs to one pair of targets. Whoever writes to them by other means, or starts to
 * apply another payload there, clears it first; the applier itself also distrusts it: it reads back
 * what the journal says was written and compares the hashes.
 */
public interface ApplyJournal {
    /** Remembers nothing: every apply starts at the first operation. */
    ApplyJournal NONE =
            new ApplyJournal() {
                @Override
                public Optional<ApplyPoint> load() {
                    return Optional.empty();
                }

                @Override
                public void record(ApplyPoint point) {}

                @Override
                public void clear() {}
            };

    /** The last point recorded; empty when there is none or it cannot be read. */
    Optional<ApplyPoint> load() throws IOException;

    /** Returns once the point survives a power cut; what it stands for already does. */
    void record(ApplyPoint point) throws IOException;

    /** Forgets every point, durably. */
    void clear() throws IOException;
}
