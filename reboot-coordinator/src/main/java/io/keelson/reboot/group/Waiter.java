package io.keelson.reboot.group;

import java.time.Instant;
import java.util.Comparator;

/**
 * A node that waits for a slot. It is kept under a key of its own: its place is the revision that
 * created the key, which a later write of the key does not change.
 *
 * @param boot its boot id when it asked last
 * @param version what it runs, empty when it did not say
 * @param request id of the request that made it wait
 * @param since by the clock of the writer
 */
public record Waiter(
        String id, String boot, String version, String request, Instant since, Place place) {
    /** First come, first served. */
    public static final Comparator<Waiter> ORDER =
            Comparator.comparingLong((Waiter waiter) -> waiter.place().created())
                    .thenComparingInt(waiter -> waiter.place().index())
                    .thenComparing(Waiter::id);

    /**
     * Where it stands.
     *
     * @param created revision that made it wait, 0 when that write is still to come
     * @param index its place among those of one write
     * @param modified revision at which it was heard of last
     */
    public record Place(long created, int index, long modified) {
        /** Behind all that wait already. */
        public static Place last(int index) {
            return new Place(Long.MAX_VALUE, index, 0);
        }

        public boolean isWritten() {
            return created != Long.MAX_VALUE;
        }
    }

    public Waiter {
        Names.require("node id", id);
        Names.require("boot id", boot);
        Names.require("request id", request);
        version = Names.oneLine(version);
    }
}
