package io.keelson.image.standin;

import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** os-release(5) of the image. */
public final class OsRelease {
    private static final Pattern DEBIAN = Pattern.compile("(?m)^VERSION_CODENAME=(\\S+)$");

    private OsRelease() {}

    /** Replaces what the base system says about itself, and keeps which system that was. */
    public static void write(RootTree tree, String version) throws IOException {
        TreeText files = new TreeText(tree, "os-release");
        Matcher codename = DEBIAN.matcher(files.read("/usr/lib/os-release").orElse(""));
        String text =
                """
                NAME="Keelson"
                PRETTY_NAME="Keelson %1$s"
                ID=keelson
                ID_LIKE=debian
                VERSION="%1$s"
                VERSION_ID=%1$s
                IMAGE_ID=keelson
                IMAGE_VERSION=%1$s
                VARIANT_ID=immutable
                """
                        .formatted(version);
        files.write(
                "/usr/lib/os-release",
                text + (codename.find() ? "VERSION_CODENAME=" + codename.group(1) + "\n" : ""));
        files.link("/etc/os-release", "../usr/lib/os-release");
        files.write("/etc/issue", "Keelson %s \\n \\l\n\n".formatted(version));
        files.write("/etc/issue.net", "Keelson %s\n".formatted(version));
    }
}
