package io.keelson.engine.state;

import io.keelson.disk.boot.ReleaseVersion;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A release the update server offers.
 *
 * @param full its full payload, which is what names the offer
 * @param shortcuts smaller ways to the same content, in order of preference
 * @param downgrade the channel's statement that it may be an older release, as it was sent
 */
public record Offer(
        ReleaseVersion version,
        OfferedFile full,
        List<OfferedFile> shortcuts,
        Optional<String> downgrade) {
    public Offer {
        shortcuts = List.copyOf(shortcuts);
        if (full.kind() != FileKind.FULL
                || shortcuts.stream().anyMatch(file -> file.kind() == FileKind.FULL)) {
            throw new IllegalArgumentException("not an offer: " + version + " " + full);
        }
    }

    /** A release that comes with no such statement. */
    public Offer(ReleaseVersion version, OfferedFile full, List<OfferedFile> shortcuts) {
        this(version, full, shortcuts, Optional.empty());
    }

    /** Size of the full payload. */
    public long sizeBytes() {
        return full.sizeBytes();
    }

    /** Digest of the full payload. */
    public String sha256Hex() {
        return full.sha256Hex();
    }

    /** This offer without some of its shortcuts. */
    public Offer withoutShortcuts(Predicate<OfferedFile> unwanted) {
        return new Offer(
                version, full, shortcuts.stream().filter(unwanted.negate()).toList(), downgrade);
    }
}
