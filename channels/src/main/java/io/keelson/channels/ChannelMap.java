package io.keelson.channels;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** All channels of a product; promotion between them goes one way and ends. */
public record ChannelMap(SortedMap<String, ChannelDefinition> channels) {
    public ChannelMap {
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
        for (ChannelDefinition channel : channels.values()) {
            requireEnd(channels, channel);
        }
    }

    /**
     * Collects definitions.
     *
     * @throws IllegalArgumentException when a name is taken twice or promotion runs in a circle
     */
    public static ChannelMap of(Collection<ChannelDefinition> definitions) {
        SortedMap<String, ChannelDefinition> channels = new TreeMap<>();
        for (ChannelDefinition definition : definitions) {
            if (channels.put(definition.name(), definition) != null) {
                throw new IllegalArgumentException(
                        "channel " + definition.name() + " is defined twice");
            }
        }
        return new ChannelMap(channels);
    }

    public Optional<ChannelDefinition> channel(String name) {
        return Optional.ofNullable(channels.get(name));
    }

    /** The channels that promote to this one; none for channels that take fresh builds. */
    public List<ChannelDefinition> sourcesOf(String name) {
        return channels.values().stream()
                .filter(channel -> channel.promotesTo().filter(name::equals).isPresent())
                .toList();
    }

    private static void requireEnd(
            SortedMap<String, ChannelDefinition> channels, ChannelDefinition start) {
        Set<String> seen = new HashSet<>();
        Optional<String> next = Optional.of(start.name());
        while (next.isPresent()) {
            String name = next.get();
            ChannelDefinition channel = channels.get(name);
            if (channel == null) {
                throw new IllegalArgumentException(
                        "channel "
                                + start.name()
                                + " promotes to "
                                + name
                                + ", which is not defined");
            }
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "promotion from channel " + start.name() + " runs in a circle");
            }
            next = channel.promotesTo();
        }
    }
}
