package io.keelson.etcd;

import okio.ByteString;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which keys to read: one, or all from {@code key} up to and without {@code end}.
 *
 * @param end empty for the one key
 * @param revision the store as it was then, 0 for now
 * @param page which of them, and in which order
 */
public record Range(ByteString key, ByteString end, long revision, Page page) {
    public Range {
        if (key.size() == 0) {
            throw new IllegalArgumentException("a range needs a key");
        }
        if (revision < 0) {
            throw new IllegalArgumentException("negative revision: " + revision);
        }
    }

    /**
     * A part of a range.
     *
     * @param limit most keys to answer, 0 for all
     * @param createdFrom only keys created at this revision or later, 0 for all; the last key's
     *     {@code createRevision} + 1 asks for the next page of {@link Order#CREATED}
     */
    public record Page(Order order, long limit, long createdFrom, Parts parts) {
        static final Page ALL = new Page(Order.KEY, 0, 0, Parts.KEYS_AND_VALUES);

        public Page {
            if (limit < 0 || createdFrom < 0) {
                throw new IllegalArgumentException(
                        "negative limit or revision: " + limit + ", " + createdFrom);
            }
        }
    }

    /** Sorts the answer; etcd sorts before it cuts at the limit. */
    public enum Order {
        /** By key, byte by byte. */
        KEY,
        /** By the revision that created the key: first come, first. */
        CREATED
    }

    /** How much of each key to answer. */
    public enum Parts {
        KEYS_AND_VALUES,
        /** Values are empty. */
        KEYS,
        /** No keys, only {@link Answer#count()}. */
        COUNT
    }

    public static Range ofKey(String key) {
        return new Range(ByteString.encodeUtf8(key), ByteString.EMPTY, 0, Page.ALL);
    }

    /** All keys that start with this prefix. */
    public static Range ofPrefix(String prefix) {
        return new Range(ByteString.encodeUtf8(prefix), afterPrefix(prefix), 0, Page.ALL);
    }

    /** The keys from {@code first} on that start with this prefix. */
    public static Range ofPrefixFrom(String prefix, String first) {
        if (!first.startsWith(prefix)) {
            throw new IllegalArgumentException("'" + first + "' does not begin with " + prefix);
        }
        return new Range(ByteString.encodeUtf8(first), afterPrefix(prefix), 0, Page.ALL);
    }

    /** The keys up to and with {@code last} that start with this prefix. */
    public static Range ofPrefixUpTo(String prefix, String last) {
        if (!last.startsWith(prefix)) {
            throw new IllegalArgumentException("'" + last + "' does not begin with " + prefix);
        }
        return new Range(ByteString.encodeUtf8(prefix), next(last), 0, Page.ALL);
    }

    public Range at(long atRevision) {
        return new Range(key, end, atRevision, page);
    }

    public Range limitedTo(long most) {
        return paged(new Page(page.order, most, page.createdFrom, page.parts));
    }

    public Range orderedBy(Order order) {
        return paged(new Page(order, page.limit, page.createdFrom, page.parts));
    }

    public Range createdFrom(long earliest) {
        return paged(new Page(page.order, page.limit, earliest, page.parts));
    }

    public Range only(Parts parts) {
        return paged(new Page(page.order, page.limit, page.createdFrom, parts));
    }

    private Range paged(Page next) {
        return new Range(key, end, revision, next);
    }

    /** This range without everything up to and with {@code last}. */
    Range after(String last) {
        return new Range(next(last), end, revision, page);
    }

    /** The first key behind this one. */
    private static ByteString next(String last) {
        byte[] utf8 = last.getBytes(StandardCharsets.UTF_8);
        return ByteString.of(Arrays.copyOf(utf8, utf8.length + 1));
    }

    // UTF-8 never ends in 0xff, so adding one to the last byte is always possible.
    private static ByteString afterPrefix(String prefix) {
        byte[] bytes = prefix.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("an empty prefix would read the whole store");
        }
        bytes[bytes.length - 1]++;
        return ByteString.of(bytes);
    }

    /**
     * The keys found, in the order asked for.
     *
     * @param count keys in the range, also those that a limit or {@code createdFrom} left out
     * @param more true when a limit cut the answer short
     */
    public record Answer(ResponseHeader header, List<KeyValue> values, long count, boolean more) {
        public Answer {
            values = List.copyOf(values);
        }

        public Optional<KeyValue> first() {
            return values.stream().findFirst();
        }
    }
}
