package io.keelson.engine.server;

import io.keelson.engine.state.Offer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What came of asking the server for an update. */
public sealed interface CheckAnswer {
    /**
     * A release.
     *
     * @param retry when the server's operator asked that this host tries again what had failed here
     */
    record Offered(Offer offer, Optional<Instant> retry) implements CheckAnswer {
        public Offered(Offer offer) {
            this(offer, Optional.empty());
        }
    }

    /** Nothing to install; the server may say when to ask again. */
    record NothingNew(Optional<Duration> askAgainAfter) implements CheckAnswer {}

    /** The server has something and does not give it out now, by a rule of its own. */
    record Withheld(String reason) implements CheckAnswer {}

    /** No usable answer; the error code is update_engine's. */
    record Failed(int errorCode, String reason) implements CheckAnswer {}
}
