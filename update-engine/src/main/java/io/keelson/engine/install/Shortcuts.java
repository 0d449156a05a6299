package io.keelson.engine.install;

import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;

import java.util.List;

/** Which of the smaller ways a host tries before the full payload. */
final class Shortcuts {
    /** A server that lists more is not helping. */
    private static final int TRIED_MAX = 4;

    private Shortcuts() {}

    /** In the server's order; one that is as large as the full payload is none. */
    static List<OfferedFile> worthTrying(Offer offer) {
        return offer.shortcuts().stream()
                .filter(file -> file.sizeBytes() < offer.sizeBytes())
                .limit(TRIED_MAX)
                .toList();
    }
}
