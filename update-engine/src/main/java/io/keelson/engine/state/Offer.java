package io.keelson.engine.state;

import io.keelson.disk.boot.ReleaseVersion;

import java.util.List;
import java.util.function.Predicate;

/**
 * A release the update server offers.
 *
 * @param full its full payload, which is what names the offer
 * @param shortcuts smaller ways to the same content, in order of preference
 */
public record Offer(ReleaseVersion version, OfferedFile full, List<OfferedFile> shortcuts) {
    public Offer {
        shortcuts = List.copyOf(shortcuts);
        if (full.kind() != FileKind.FULL
                || shortcuts.stream().anyMatch(file -> file.kind() == FileKind.FULL)) {
            throw new IllegalArgumentException("not an offer: " + version + " " + full);
        }
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
        return new Offer(version, full, shortcuts.stream().filter(unwanted.negate()).toList());
    }
}
