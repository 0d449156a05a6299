package io.keelson.engine.agent;

import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;

import java.util.List;
import java.util.function.Predicate;

/** Which of the smaller ways a host tries before the full payload. */
final class Shortcuts {
    /** A server that lists more is not helping. */
    private static final int TRIED_MAX = 4;

    private Shortcuts() {}

    /** In the server's order; one that is as large as the full payload is none. */
    static List<OfferedFile> worthTrying(Offer offer, Predicate<OfferedFile> isBad) {
        return offer.shortcuts().stream()
                .filter(file -> file.sizeBytes() < offer.sizeBytes())
                .filter(isBad.negate())
                .limit(TRIED_MAX)
                .toList();
    }
}
