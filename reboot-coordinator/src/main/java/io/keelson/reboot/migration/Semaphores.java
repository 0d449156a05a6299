package io.keelson.reboot.migration;

import io.keelson.reboot.migration.ForeignGroup.Origin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/** The two documents that are looked for, told apart by their fields. */
final class Semaphores {
    private Semaphores() {}

    static boolean isOne(Json.Fields fields) {
        return isAirlock(fields) || isLocksmith(fields);
    }

    private static boolean isAirlock(Json.Fields fields) {
        return fields.values().containsKey("total_slots");
    }

    private static boolean isLocksmith(Json.Fields fields) {
        return fields.values().containsKey("semaphore") && fields.values().containsKey("max");
    }

    /**
     * @param where names the document in failures
     */
    static ForeignGroup read(String group, Json.Fields fields, String where) throws IOException {
        var remarks = new ArrayList<String>();
        List<String> holders = holders(fields, where, remarks);
        if (isAirlock(fields)) {
            long slots = whole(fields, "total_slots", where);
            if (holders.size() > slots) {
                remarks.add("more holders (%d) than slots (%d)".formatted(holders.size(), slots));
            }
            return new ForeignGroup(Origin.AIRLOCK, group, slots, holders, remarks);
        }
        long free = whole(fields, "semaphore", where);
        long slots = whole(fields, "max", where);
        if (free < 0) {
            remarks.add(
                    "the semaphore is at %d: set-max left fewer slots (%d) than holders (%d)"
                            .formatted(free, slots, holders.size()));
        }
        if (free != slots - holders.size()) {
            // locksmith stores what it could derive; the holders are what counts.
            remarks.add(
                    "the semaphore says %d free, but %d of %d are held"
                            .formatted(free, holders.size(), slots));
        }
        return new ForeignGroup(Origin.LOCKSMITH, group, slots, holders, remarks);
    }

    /** A nil slice of Go is written as null; neither program leaves the field out. */
    private static List<String> holders(Json.Fields fields, String where, List<String> remarks)
            throws IOException {
        Optional<Json> holders = fields.field("holders");
        if (holders.isEmpty() || holders.get() instanceof Json.Other(var text)) {
            if (holders.isPresent() && !holders.get().equals(new Json.Other("null"))) {
                throw new IOException(where + ": 'holders' is not a list");
            }
            return List.of();
        }
        if (!(holders.get() instanceof Json.Items(var items))) {
            throw new IOException(where + ": 'holders' is not a list");
        }
        SequencedSet<String> ids = new LinkedHashSet<>();
        for (Json item : items) {
            if (!(item instanceof Json.Text(var id))) {
                throw new IOException(where + ": a holder is not a string");
            }
            if (!ids.add(id)) {
                remarks.add("holder " + id + " is named twice");
            }
        }
        return List.copyOf(ids);
    }

    private static long whole(Json.Fields fields, String name, String where) throws IOException {
        if (fields.field(name).orElse(null) instanceof Json.Whole(long value)) {
            return value;
        }
        throw new IOException(where + ": '" + name + "' is not a whole number");
    }
}
