package io.keelson.engine.agent;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.state.Offer;
import io.keelson.payload.PayloadException;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.downgrade.DowngradeStatement;
import io.keelson.payload.downgrade.SignedDowngrade;

import java.util.Optional;

/**
 * Whether a server may offer a release. The running one is the floor; below it leads nothing but a
 * statement that the keys which sign payloads have signed, for exactly this step.
 */
final class Downgrades {
    private final AgentParts parts;

    Downgrades(AgentParts parts) {
        this.parts = parts;
    }

    sealed interface Judgement {
        record Newer() implements Judgement {}

        /** The same, or older without a word why. */
        record NotNewer() implements Judgement {}

        /** Older, by a statement that holds. */
        record Allowed() implements Judgement {}

        /** Older, by a statement that does not hold. */
        record Refused(String reason) implements Judgement {}
    }

    Judgement judge(Offer offer) {
        ReleaseVersion running = parts.machine().version();
        if (offer.version().isNewerThan(running)) {
            return new Judgement.Newer();
        }
        if (!running.isNewerThan(offer.version()) || offer.downgrade().isEmpty()) {
            return new Judgement.NotNewer();
        }
        Optional<String> objection = objection(offer, offer.downgrade().get());
        return objection.isEmpty()
                ? new Judgement.Allowed()
                : new Judgement.Refused(
                        "downgrade from %s to %s refused: the channel's statement %s"
                                .formatted(running, offer.version(), objection.get()));
    }

    private Optional<String> objection(Offer offer, String packed) {
        SignedDowngrade signed;
        try {
            signed = SignedDowngrade.unpack(packed);
            if (!signed.isSignedBy(TrustedKeys.load(parts.disks().trustedKeys()))) {
                return Optional.of("is not signed with an update key of this host");
            }
        } catch (IllegalArgumentException e) {
            return Optional.of("is unreadable, " + e.getMessage());
        } catch (PayloadException e) {
            return Optional.of("cannot be checked, " + e.getMessage());
        }
        return signed.statement()
                .objection(
                        new DowngradeStatement.Asked(
                                parts.config().group(),
                                parts.machine().version(),
                                offer.version(),
                                offer.sha256Hex()),
                        parts.chance().clock().instant());
    }
}
