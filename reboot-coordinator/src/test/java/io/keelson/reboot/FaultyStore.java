package io.keelson.reboot;

import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.store.GroupStore;

import okio.ByteString;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A store in memory that loses and delays requests and loses answers as a seeded network would. */
final class FaultyStore implements GroupStore {
    private final RandomGenerator random;
    private final Map<String, Waiter> waiters = new TreeMap<>();
    private final Set<String> members = new HashSet<>();
    private double faults;
    private ByteString document = ByteString.EMPTY;
    private long revision;
    private long lastWrite;
    private Optional<Batch> late = Optional.empty();

    FaultyStore(RandomGenerator random, double faults) {
        this.random = random;
        this.faults = faults;
    }

    void heal() {
        faults = 0;
        late.ifPresent(this::arrive);
    }

    Read.Found peek() {
        return new Read.Found(
                document,
                lastWrite,
                Line.of(List.copyOf(waiters.values())),
                new Identity("memory", revision));
    }

    @Override
    public Read read(Set<String> ids, int firstMax) {
        deliverLate();
        return fault() ? new Read.Unavailable("read lost") : peek();
    }

    @Override
    public Write write(Batch batch) {
        deliverLate();
        if (fault()) {
            return new Write.Unavailable("connect refused");
        }
        if (fault()) {
            late = fault() ? late : Optional.of(batch);
            return new Write.Unknown("request lost or late");
        }
        if (!fits(batch)) {
            return fault() ? new Write.Unknown("answer lost") : new Write.Conflict();
        }
        apply(batch);
        return fault() ? new Write.Unknown("answer lost") : new Write.Written(revision);
    }

    @Override
    public void awaitChange(long since, Duration atMost) {
        throw new UnsupportedOperationException("nothing changes while a single thread waits");
    }

    @Override
    public Count countMembers() {
        return new Count.Known(members.size());
    }

    @Override
    public List<AuditEntry> audit(int most) {
        return List.of();
    }

    @Override
    public void trimAudit(int keep) {}

    private void deliverLate() {
        if (random.nextInt(4) == 0) {
            late.ifPresent(this::arrive);
        }
    }

    private void arrive(Batch batch) {
        late = Optional.empty();
        if (fits(batch)) {
            apply(batch);
        }
    }

    private boolean fits(Batch batch) {
        return batch.expected() == lastWrite
                && batch.line().stream().allMatch(change -> fits(waiter(change)));
    }

    private boolean fits(Waiter waiter) {
        Waiter stored = waiters.get(waiter.id());
        return !waiter.place().isWritten()
                || (stored != null && stored.place().modified() == waiter.place().modified());
    }

    private static Waiter waiter(Line.Change change) {
        return switch (change) {
            case Line.Change.Put(var waiter) -> waiter;
            case Line.Change.Remove(var waiter) -> waiter;
        };
    }

    private void apply(Batch batch) {
        // Other keys of the same store move its revision as well.
        revision += 1 + random.nextInt(3);
        for (Line.Change change : batch.line()) {
            switch (change) {
                case Line.Change.Put(var waiter) -> put(waiter);
                case Line.Change.Remove(var waiter) -> waiters.remove(waiter.id());
            }
        }
        members.addAll(batch.members());
        if (batch.document().isPresent()) {
            document = batch.document().get();
            lastWrite = revision;
        }
    }

    private void put(Waiter waiter) {
        Waiter before = waiters.get(waiter.id());
        long created = before == null ? revision : before.place().created();
        waiters.put(
                waiter.id(),
                new Waiter(
                        waiter.id(),
                        waiter.boot(),
                        waiter.version(),
                        waiter.request(),
                        waiter.since(),
                        new Waiter.Place(created, waiter.place().index(), revision)));
    }

    private boolean fault() {
        return random.nextDouble() < faults;
    }
}
