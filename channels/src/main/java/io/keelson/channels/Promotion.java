package io.keelson.channels;

import io.keelson.disk.boot.ReleaseVersion;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether a release may become the current one of a channel: it must have been served by a channel
 * that promotes to this one (a channel without such a source takes any), and it must be newer than
 * the current one.
 */
public sealed interface Promotion {
    /** The release may become current. */
    record Allowed() implements Promotion {}

    /** The release is current; nothing has to change. */
    record AlreadyCurrent() implements Promotion {}

    /**
     * The release must not become current.
     *
     * @param reason one sentence for the person who asked
     */
    record Refused(String reason) implements Promotion {}

    /**
     * Decides from what it is given alone.
     *
     * @param history by channel name; a channel that is missing never had a release
     */
    static Promotion decide(
            ChannelMap channels,
            Map<String, ChannelHistory> history,
            String channel,
            ReleaseVersion version) {
        if (channels.channel(channel).isEmpty()) {
            return new Refused(
                    "there is no channel "
                            + channel
                            + "; known are "
                            + String.join(", ", channels.channels().keySet()));
        }
        ChannelHistory target = history.getOrDefault(channel, ChannelHistory.EMPTY);
        if (target.current().isPresent()) {
            int order = version.compareTo(target.current().get());
            if (order == 0) {
                return new AlreadyCurrent();
            }
            if (order < 0) {
                return new Refused(
                        version.text()
                                + " is older than "
                                + target.current().get().text()
                                + ", which channel "
                                + channel
                                + " serves; hosts are never sent down by a promotion");
            }
        }
        List<ChannelDefinition> sources = channels.sourcesOf(channel);
        boolean served =
                sources.stream()
                        .map(source -> history.getOrDefault(source.name(), ChannelHistory.EMPTY))
                        .anyMatch(source -> source.served().contains(version));
        if (!sources.isEmpty() && !served) {
            return new Refused(
                    version.text()
                            + " was never on "
                            + sources.stream()
                                    .map(ChannelDefinition::name)
                                    .collect(Collectors.joining(" or "))
                            + ", from where channel "
                            + channel
                            + " takes its releases; promote it there first");
        }
        return new Allowed();
    }
}
