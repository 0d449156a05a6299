package io.keelson.image.convert;

import io.keelson.channels.ReleaseManifest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a cloud calls the image, from release.json beside the disk. */
record ImageName(String version, String arch) {
    /** Without a release.json the disk could be anything; then it is called after its file. */
    static ImageName beside(Path disk) throws IOException {
        Path manifest = disk.resolveSibling("release.json");
        if (!Files.exists(manifest)) {
            String name = disk.getFileName().toString().replaceFirst("\\.(img|raw)$", "");
            return new ImageName(name, "amd64");
        }
        try (InputStream in = Files.newInputStream(manifest)) {
            ReleaseManifest release = ReleaseManifest.read(in);
            return new ImageName(release.version().text(), release.arch());
        }
    }

    /** Such as {@code keelson-1.2.0-amd64}. */
    String text() {
        return "keelson-" + version + "-" + arch;
    }
}
