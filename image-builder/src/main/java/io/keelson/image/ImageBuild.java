package io.keelson.image;

import io.keelson.channels.ReleaseManifest;

import java.io.IOException;

/** Builds an image: from a recipe to {@code disk.img}, {@code release.json} and their company. */
public final class ImageBuild {
    private ImageBuild() {}

    /**
     * Runs a build, or finds that the last one into the same directory had the same inputs.
     *
     * @return what was written as release.json
     * @throws IOException if an input is missing or wrong, or nothing can be written; then the
     *     output directory is as it was before
     */
    public static ReleaseManifest run(BuildRequest request, Progress progress)
            throws IOException, InterruptedException {
        throw new IOException("not ready: " + request + progress);
    }
}
