package io.keelson.reboot.group;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many members of a group may be away at once. */
public sealed interface Slots {
    int SLOTS_MAX = 10_000;
    int MEMBERS_MAX = 1_000_000;

    /** The slots of a group of that size, at least 1. */
    int of(int members);

    /** {@code 2} or {@code 10%}. */
    String text();

    /** A fixed number. */
    record Count(int slots) implements Slots {
        public Count {
            if (slots < 1 || slots > SLOTS_MAX) {
                throw new IllegalArgumentException(
                        "slots must be 1 to " + SLOTS_MAX + " but are " + slots);
            }
        }

        @Override
        public int of(int members) {
            return slots;
        }

        @Override
        public String text() {
            return Integer.toString(slots);
        }
    }

    /**
     * A share of the members, rounded down, and 1 when that is 0.
     *
     * @param declared the size of the group; empty to count the members that ever asked
     */
    record Percent(int percent, OptionalInt declared) implements Slots {
        private static final int WHOLE = 100;

        public Percent {
            if (percent < 1 || percent > WHOLE) {
                throw new IllegalArgumentException(
                        "slots must be 1% to 100% of the group but are " + percent + "%");
            }
            if (declared.isPresent()
                    && (declared.getAsInt() < 1 || declared.getAsInt() > MEMBERS_MAX)) {
                throw new IllegalArgumentException(
                        "members must be 1 to " + MEMBERS_MAX + " but are " + declared.getAsInt());
            }
        }

        @Override
        public int of(int members) {
            long share = (long) declared.orElse(members) * percent / WHOLE;
            return Math.clamp(share, 1, SLOTS_MAX);
        }

        @Override
        public String text() {
            return percent + "%";
        }
    }

    /** Whether the number of members matters. */
    default boolean countsMembers() {
        return this instanceof Percent(var _, var declared) && declared.isEmpty();
    }

    /** Reads {@link #text}; a share counts the members that ever asked. */
    static Slots parse(String text) {
        Matcher form = Pattern.compile("(\\d{1,7})(%?)").matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "slots must be a number such as 2 or a share such as 10% but are '"
                            + Names.oneLine(text)
                            + "'");
        }
        int number = Integer.parseInt(form.group(1));
        return form.group(2).isEmpty()
                ? new Count(number)
                : new Percent(number, OptionalInt.empty());
    }
}
