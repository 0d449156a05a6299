package io.keelson.image.scan;

import java.util.List;

/**
 * A source package in an image.
 *
 * @param version of the source, which is what the tracker speaks of
 * @param binaries the packages of the image that were built from it
 */
public record SourceBuild(String name, String version, List<String> binaries) {
    public SourceBuild {
        binaries = List.copyOf(binaries);
    }

    /**
     * The name the tracker knows: kernels are signed in a source package of their own, whose
     * version has a plus sign where the kernel's has a hyphen.
     */
    String trackedName() {
        return isSignedKernel() ? "linux" : name;
    }

    String trackedVersion() {
        int plus = version.lastIndexOf('+');
        return isSignedKernel() && !version.contains("-") && plus > 0
                ? version.substring(0, plus) + "-" + version.substring(plus + 1)
                : version;
    }

    private boolean isSignedKernel() {
        return name.startsWith("linux-signed-");
    }
}
