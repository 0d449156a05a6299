package io.keelson.image.packages;

import io.keelson.image.archive.Digest;

/**
 * One package, pinned.
 *
 * @param id name, version and architecture
 * @param suite the suite it was found in, which tells the mirror
 * @param filename path of the .deb below the mirror's base
 * @param digest size and SHA-256 of the .deb
 */
public record LockedPackage(Id id, String suite, String filename, Digest digest) {
    public LockedPackage {
        if (!filename.matches("[A-Za-z0-9][^\\s\\\\]*\\.deb") || filename.contains("..")) {
            throw new IllegalArgumentException("not the path of a package: " + filename);
        }
    }

    /** What identifies a package in one suite. */
    public record Id(String name, String version, String arch) {
        @Override
        public String toString() {
            return name + " " + version;
        }
    }

    /** The package's name. */
    public String name() {
        return id.name();
    }
}
