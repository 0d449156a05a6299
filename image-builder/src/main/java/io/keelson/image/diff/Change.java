package io.keelson.image.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Something that one image has and the other has not, or has otherwise.
 *
 * @param name what it is: a package, a path, an argument, a size
 */
public record Change(String name, Optional<String> before, Optional<String> after) {

    /** Added, removed or changed. */
    public String kind() {
        return before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed";
    }

    /** What differs between two lists of values by name, in the order of names. */
    static List<Change> between(SortedMap<String, String> before, SortedMap<String, String> after) {
        SortedSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            Optional<String> old = value(before, name);
            Optional<String> now = value(after, name);
            if (!old.equals(now)) {
                changes.add(new Change(name, old, now));
            }
        }
        return changes;
    }

    private static Optional<String> value(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name));
    }
}
