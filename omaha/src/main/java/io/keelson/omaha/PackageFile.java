package io.keelson.omaha;

import java.util.regex.Pattern;

/**
 * A file that a codebase has.
 *
 * @param name a plain file name, relative to each codebase
 * @param sha256Hex of the whole file, lower-case
 */
public record PackageFile(String name, long sizeBytes, String sha256Hex) {
    // A package name must stay below the codebase, so no slash, no colon, no "..".
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z_][0-9A-Za-z._~+-]*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public PackageFile {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a package name: " + name);
        }
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a package of " + sizeBytes + " bytes");
        }
        if (!SHA256.matcher(sha256Hex).matches()) {
            throw new IllegalArgumentException("not a SHA-256 in hex: " + sha256Hex);
        }
    }
}
