package io.keelson.etcd;

import okio.ByteString;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Which keys to read: one, or all from {@code key} up to and without {@code end}.
 *
 * @param end empty for the one key
 * @param revision the store as it was then, 0 for now
 * @param limit most keys to answer, 0 for all
 */
public record Range(ByteString key, ByteString end, long revision, long limit) {
    public Range {
        if (key.size() == 0) {
            throw new IllegalArgumentException("a range needs a key");
        }
        if (revision < 0 || limit < 0) {
            throw new IllegalArgumentException(
                    "negative revision or limit: " + revision + ", " + limit);
        }
    }

    public static Range ofKey(String key) {
        return new Range(ByteString.encodeUtf8(key), ByteString.EMPTY, 0, 0);
    }

    /** All keys that start with this prefix. */
    public static Range ofPrefix(String prefix) {
        return new Range(ByteString.encodeUtf8(prefix), afterPrefix(prefix), 0, 0);
    }

    public Range at(long atRevision) {
        return new Range(key, end, atRevision, limit);
    }

    public Range limitedTo(long most) {
        return new Range(key, end, revision, most);
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
     * The keys found, in key order.
     *
     * @param more true when a limit cut the answer short
     */
    public record Answer(ResponseHeader header, List<KeyValue> values, boolean more) {
        public Answer {
            values = List.copyOf(values);
        }

        public Optional<KeyValue> first() {
            return values.stream().findFirst();
        }
    }
}
