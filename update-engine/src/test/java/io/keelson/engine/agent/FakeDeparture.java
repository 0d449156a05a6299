package io.keelson.engine.agent;

import io.keelson.engine.departure.Departure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Users, blockers and drain programs as a test wants them; remembers what was done in order. */
final class FakeDeparture implements Departure {
    final List<String> deeds = new ArrayList<>();
    boolean hasUsers;
    Optional<String> blocker = Optional.empty();
    Optional<String> drainFailure = Optional.empty();
    Runnable whileDraining = () -> {};

    @Override
    public boolean hasUsers() {
        return hasUsers;
    }

    @Override
    public void tell(String message) {
        deeds.add("tell");
    }

    @Override
    public Optional<String> blocker() {
        return blocker;
    }

    @Override
    public Optional<String> drain(Duration most) {
        deeds.add("drain");
        whileDraining.run();
        return drainFailure;
    }

    @Override
    public void undrain(Duration most) {
        deeds.add("undrain");
    }

    @Override
    public void undrainAll(Duration most) {
        deeds.add("undrain all");
    }
}
