package io.keelson.reboot;

import io.keelson.reboot.store.GroupStore;

import okio.ByteString;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A cell in memory that loses and delays requests and loses answers as a seeded network would. */
final class FaultyStore implements GroupStore {
    private final RandomGenerator random;
    private double faults;
    private ByteString document = ByteString.EMPTY;
    private long revision;
    private long lastWrite;
    private Optional<Late> late = Optional.empty();

    /** A request still on its way after its sender gave up on it. */
    private record Late(long expected, ByteString document) {}

    FaultyStore(RandomGenerator random, double faults) {
        this.random = random;
        this.faults = faults;
    }

    void heal() {
        faults = 0;
        late.ifPresent(this::arrive);
    }

    Read peek() {
        return lastWrite == 0 ? new Read.Missing() : new Read.Found(document, lastWrite);
    }

    @Override
    public Read read() {
        deliverLate();
        return fault() ? new Read.Unavailable("read lost") : peek();
    }

    @Override
    public Write write(long expected, ByteString next) {
        deliverLate();
        if (fault()) {
            return new Write.Unavailable("connect refused");
        }
        if (fault()) {
            late = fault() ? late : Optional.of(new Late(expected, next));
            return new Write.Unknown("request lost or late");
        }
        if (expected != lastWrite) {
            return fault() ? new Write.Unknown("answer lost") : new Write.Conflict(peek());
        }
        replace(next);
        return fault() ? new Write.Unknown("answer lost") : new Write.Written(lastWrite);
    }

    @Override
    public void awaitChange(long since, Duration atMost) {
        throw new UnsupportedOperationException("nothing changes while a single thread waits");
    }

    private void deliverLate() {
        if (random.nextInt(4) == 0) {
            late.ifPresent(this::arrive);
        }
    }

    private void arrive(Late request) {
        late = Optional.empty();
        if (request.expected() == lastWrite) {
            replace(request.document());
        }
    }

    private void replace(ByteString next) {
        document = next;
        // Other keys of the same store move its revision as well.
        revision += 1 + random.nextInt(3);
        lastWrite = revision;
    }

    private boolean fault() {
        return random.nextDouble() < faults;
    }
}
