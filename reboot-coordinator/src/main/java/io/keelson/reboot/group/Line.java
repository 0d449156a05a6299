package io.keelson.reboot.group;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who waits, as far as it was read: the first ones in their order, and some others that were asked
 * for. Immutable; remembers what is to be written.
 *
 * @param first live waiters in the order of service
 * @param others waiters behind them, by id
 * @param length how many wait in all
 * @param changes what was done to the line since it was read, in order
 */
public record Line(
        List<Waiter> first, Map<String, Waiter> others, int length, List<Change> changes) {
    public static final Line EMPTY = new Line(List.of(), Map.of(), 0, List.of());

    /** A change that is to be written. */
    public sealed interface Change {
        String id();

        /** Joins the line, or is heard of again and keeps its place. */
        record Put(Waiter waiter) implements Change {
            @Override
            public String id() {
                return waiter.id();
            }
        }

        /** Leaves the line. */
        record Remove(Waiter waiter) implements Change {
            @Override
            public String id() {
                return waiter.id();
            }
        }
    }

    public Line {
        first = List.copyOf(first);
        others = Map.copyOf(others);
        changes = List.copyOf(changes);
    }

    /** All who wait. */
    public static Line of(List<Waiter> all) {
        return new Line(
                all.stream().sorted(Waiter.ORDER).toList(), Map.of(), all.size(), List.of());
    }

    public Optional<Waiter> find(String id) {
        return first.stream()
                .filter(waiter -> waiter.id().equals(id))
                .findFirst()
                .or(() -> Optional.ofNullable(others.get(id)));
    }

    /** Those known to be before the node, or all of {@link #first} when it is not among them. */
    public List<Waiter> before(String id) {
        for (int i = 0; i < first.size(); i++) {
            if (first.get(i).id().equals(id)) {
                return first.subList(0, i);
            }
        }
        return first;
    }

    /** The node's place, 1 for the first; for one behind {@link #first} the last it can be. */
    public int position(String id) {
        int ahead = before(id).size();
        boolean isKnown = ahead < first.size() || isComplete();
        return isKnown ? ahead + 1 : Math.max(length, 1);
    }

    /** Whether some wait and nobody knows who is first. */
    public boolean isUnread() {
        return first.isEmpty() && length > 0;
    }

    /** Whether {@link #first} are all who wait. */
    public boolean isComplete() {
        return length == first.size();
    }

    /** Puts a node last. */
    public Line join(Waiter waiter) {
        var next = new ArrayList<>(first);
        var beyond = new HashMap<>(others);
        if (isComplete()) {
            next.add(waiter);
        } else {
            beyond.put(waiter.id(), waiter);
        }
        return new Line(next, beyond, length + 1, plus(new Change.Put(waiter)));
    }

    /** Notes that one who waits was heard of again. */
    public Line refresh(Waiter waiter) {
        var beyond = new HashMap<>(others);
        beyond.computeIfPresent(waiter.id(), (_, _) -> waiter);
        return new Line(
                first.stream().map(each -> each.id().equals(waiter.id()) ? waiter : each).toList(),
                beyond,
                length,
                plus(new Change.Put(waiter)));
    }

    public Line leave(String id) {
        Optional<Waiter> leaver = find(id);
        if (leaver.isEmpty()) {
            return this;
        }
        var beyond = new HashMap<>(others);
        beyond.remove(id);
        return new Line(
                first.stream().filter(each -> !each.id().equals(id)).toList(),
                beyond,
                length - 1,
                plus(new Change.Remove(leaver.get())));
    }

    private List<Change> plus(Change change) {
        var next = new ArrayList<Change>(changes.size() + 1);
        changes.stream().filter(each -> !each.id().equals(change.id())).forEach(next::add);
        // Who came and went within one batch never was there.
        boolean isVoid = change instanceof Change.Remove(var waiter) && !waiter.place().isWritten();
        if (!isVoid) {
            next.add(change);
        }
        return next;
    }
}
