package io.keelson.channels;

import java.time.Duration;
import java.util.Optional;

/**
 * A stream of releases that hosts follow.
 *
 * @param board as hosts announce it, such as amd64-usr
 * @param pollInterval how often its hosts should ask for updates, one second to one week
 * @param promotesTo the channel that takes its releases from this one
 */
public record ChannelDefinition(
        String name,
        String description,
        String board,
        Duration pollInterval,
        Optional<String> promotesTo) {
    private static final Duration POLL_MAX = Duration.ofDays(7);

    public ChannelDefinition {
        requireName(name);
        promotesTo.ifPresent(ChannelDefinition::requireName);
        if (description.isBlank()) {
            throw new IllegalArgumentException("channel " + name + " has no description");
        }
        if (!board.matches("[a-z0-9-]{1,32}")) {
            throw new IllegalArgumentException(
                    "channel " + name + " has the board \"" + board + "\"");
        }
        if (pollInterval.compareTo(Duration.ofSeconds(1)) < 0
                || pollInterval.compareTo(POLL_MAX) > 0) {
            throw new IllegalArgumentException(
                    "channel "
                            + name
                            + " has the poll interval "
                            + pollInterval
                            + "; one second to one week are accepted");
        }
    }

    private static void requireName(String name) {
        if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException("not a channel name: \"" + name + "\"");
        }
    }
}
