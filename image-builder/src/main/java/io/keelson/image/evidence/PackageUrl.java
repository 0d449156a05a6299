package io.keelson.image.evidence;

import io.keelson.image.packages.LockedPackage;

/** Package URLs (package-url/purl-spec, types "deb" and "generic"). */
final class PackageUrl {
    private PackageUrl() {}

    static String of(LockedPackage each) {
        return "pkg:deb/debian/"
                + encoded(each.name())
                + "@"
                + encoded(each.id().version())
                + "?arch="
                + each.id().arch()
                + "&distro="
                + encoded(distribution(each.suite()));
    }

    static String generic(String name, String version) {
        return "pkg:generic/" + encoded(name) + "@" + encoded(version);
    }

    /** The release that a suite belongs to: trixie for trixie-security. */
    static String distribution(String suite) {
        return suite.replaceFirst("-(security|updates|backports|proposed-updates)$", "");
    }

    /** A plus sign is the one character of Debian names and versions that must be encoded. */
    private static String encoded(String text) {
        return text.replace("+", "%2B");
    }
}
