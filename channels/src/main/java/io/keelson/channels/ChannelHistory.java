package io.keelson.channels;

import io.keelson.disk.boot.ReleaseVersion;

import java.util.Optional;
import java.util.Set;

/**
 * What a channel serves and served.
 *
 * @param current empty before the first release
 * @param served every release the channel ever had, the current one included
 */
public record ChannelHistory(Optional<ReleaseVersion> current, Set<ReleaseVersion> served) {
    /** A channel that never had a release. */
    public static final ChannelHistory EMPTY = new ChannelHistory(Optional.empty(), Set.of());

    public ChannelHistory {
        served = Set.copyOf(served);
        if (current.isPresent() && !served.contains(current.get())) {
            throw new IllegalArgumentException(
                    "the current release " + current.get().text() + " is missing in the history");
        }
    }
}
