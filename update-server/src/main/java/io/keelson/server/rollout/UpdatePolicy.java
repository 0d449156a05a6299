package io.keelson.server.rollout;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.server.release.Channel;
import io.keelson.server.release.StoredRelease;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides by what is known of a host and its channel. The first rule that applies gives the reason,
 * and no rule ever offers a release that is not newer than what the host runs.
 */
public final class UpdatePolicy {
    private UpdatePolicy() {}

    /**
     * A host that asks.
     *
     * @param version as it sent it
     * @param failed releases it has given up
     * @param capabilities what it announced that it can do
     * @param onDemand somebody at the host asks for what it has given up; the host remembers that
     *     itself, so it may be told again
     */
    public record Asking(
            String version,
            String track,
            Set<String> failed,
            Set<String> capabilities,
            boolean onDemand) {}

    /**
     * Whether the host is to install something, or why not.
     *
     * @param channel the channel of the host's track
     * @param release what that channel points at
     */
    public static Verdict decide(
            Asking host, Optional<Channel> channel, Optional<StoredRelease> release) {
        if (channel.isEmpty()) {
            return new Verdict.Denial(
                    DecisionReason.UNKNOWN_CHANNEL,
                    "the host follows channel \"" + host.track() + "\", which does not exist here",
                    "");
        }
        if (release.isEmpty()) {
            return new Verdict.Denial(
                    DecisionReason.NO_RELEASE,
                    "no release was promoted to channel " + host.track(),
                    "");
        }
        if (!ReleaseVersion.isValid(host.version())) {
            return new Verdict.Denial(
                    DecisionReason.UNREADABLE_VERSION,
                    "the host runs \"" + host.version() + "\", which is not a release version",
                    release.get().version());
        }
        return byVersion(host, channel.get(), release.get());
    }

    private static Verdict byVersion(Asking host, Channel channel, StoredRelease release) {
        String version = release.version();
        int order = new ReleaseVersion(version).compareTo(new ReleaseVersion(host.version()));
        if (order == 0) {
            return new Verdict.Denial(
                    DecisionReason.UP_TO_DATE,
                    "the host runs " + version + ", the release of channel " + channel.name(),
                    version);
        }
        if (order < 0) {
            return new Verdict.Denial(
                    DecisionReason.NEWER_ON_HOST,
                    "the host runs "
                            + host.version()
                            + ", newer than "
                            + version
                            + " of channel "
                            + channel.name(),
                    version);
        }
        if (host.failed().contains(version) && !host.onDemand()) {
            return new Verdict.Denial(
                    DecisionReason.FAILED_HERE_BEFORE,
                    "the host has tried "
                            + version
                            + " and given it up; it waits for a newer release or for a retry",
                    version);
        }
        List<String> missing =
                release.capabilities().stream()
                        .filter(needed -> !host.capabilities().contains(needed))
                        .toList();
        if (!missing.isEmpty()) {
            return new Verdict.Denial(
                    DecisionReason.CAPABILITY_MISSING,
                    "the payload of "
                            + version
                            + " needs "
                            + String.join(", ", missing)
                            + ", which the host does not announce",
                    version);
        }
        if (channel.paused()) {
            return new Verdict.Denial(
                    DecisionReason.CHANNEL_PAUSED,
                    "channel " + channel.name() + " is paused, so " + version + " is held back",
                    version);
        }
        return new Verdict.Offer(release);
    }
}
