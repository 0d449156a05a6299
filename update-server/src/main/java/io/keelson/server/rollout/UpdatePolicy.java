package io.keelson.server.rollout;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.payload.downgrade.DowngradeStatement;
import io.keelson.payload.downgrade.SignedDowngrade;
import io.keelson.server.release.Channel;
import io.keelson.server.release.StoredRelease;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides by what is known of a host and its channel. The first rule that applies gives the reason,
 * and no rule ever offers a release that is not newer than what the host runs, unless the channel
 * has a signed statement about this very step.
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
     * @param now when it asks
     */
    public static Verdict decide(
            Asking host, Optional<Channel> channel, Optional<StoredRelease> release, Instant now) {
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
        return byVersion(host, channel.get(), release.get(), now);
    }

    private static Verdict byVersion(
            Asking host, Channel channel, StoredRelease release, Instant now) {
        String version = release.version();
        int order = new ReleaseVersion(version).compareTo(new ReleaseVersion(host.version()));
        if (order == 0) {
            return new Verdict.Denial(
                    DecisionReason.UP_TO_DATE,
                    "the host runs " + version + ", the release of channel " + channel.name(),
                    version);
        }
        Optional<SignedDowngrade> downgrade =
                order < 0 ? downgrade(host, channel, release, now) : Optional.empty();
        if (order < 0 && downgrade.isEmpty()) {
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
        return byState(host, channel, release)
                .orElseGet(() -> new Verdict.Offer(release, downgrade));
    }

    /** A host that does not know such statements would only turn the offer down. */
    private static Optional<SignedDowngrade> downgrade(
            Asking host, Channel channel, StoredRelease release, Instant now) {
        if (!host.capabilities().contains(DowngradeStatement.ABILITY)) {
            return Optional.empty();
        }
        var asked =
                new DowngradeStatement.Asked(
                        channel.name(),
                        new ReleaseVersion(host.version()),
                        new ReleaseVersion(release.version()),
                        release.payloadSha256());
        return channel.downgrade()
                .map(SignedDowngrade::parse)
                .filter(signed -> signed.statement().objection(asked, now).isEmpty());
    }

    private static Optional<Verdict> byState(Asking host, Channel channel, StoredRelease release) {
        String version = release.version();
        if (host.failed().contains(version) && !host.onDemand()) {
            return denial(
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
            return denial(
                    DecisionReason.CAPABILITY_MISSING,
                    "the payload of "
                            + version
                            + " needs "
                            + String.join(", ", missing)
                            + ", which the host does not announce",
                    version);
        }
        if (channel.paused()) {
            return denial(
                    DecisionReason.CHANNEL_PAUSED,
                    "channel " + channel.name() + " is paused, so " + version + " is held back",
                    version);
        }
        return Optional.empty();
    }

    private static Optional<Verdict> denial(DecisionReason reason, String message, String version) {
        return Optional.of(new Verdict.Denial(reason, message, version));
    }
}
