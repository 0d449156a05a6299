package io.keelson.engine.server;

import io.keelson.engine.state.Offer;

import java.time.Duration;
import java.util.Optional;

/** What came of asking the server for an update. */
public sealed interface CheckAnswer {
    record Offered(Offer offer) implements CheckAnswer {}

    /** Nothing to install; the server may say when to ask again. */
    record NothingNew(Optional<Duration> askAgainAfter) implements CheckAnswer {}

    /** The server has something and does not give it out now, by a rule of its own. */
    record Withheld(String reason) implements CheckAnswer {}

    /** No usable answer; the error code is update_engine's. */
    record Failed(int errorCode, String reason) implements CheckAnswer {}
}
