package io.keelson.channels;

/** A Debian package in a release and its exact version. */
public record PackageVersion(String name, String version) {
    public PackageVersion {
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException(
                    "a package needs a name and a version: \"" + name + "\" \"" + version + "\"");
        }
    }
}
