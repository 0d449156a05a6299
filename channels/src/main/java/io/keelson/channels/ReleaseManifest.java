package io.keelson.channels;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code release.json}: what a release consists of.
 *
 * @param arch Debian's name of the architecture, such as amd64
 * @param payload absent when the build made none
 * @param pcrs predicted TPM registers, by name; values in hexadecimal
 */
public record ReleaseManifest(
        ReleaseVersion version,
        String arch,
        RootHash rootHash,
        Artifact usr,
        Artifact uki,
        Optional<Artifact> payload,
        SortedMap<String, String> pcrs,
        List<PackageVersion> packages) {
    public ReleaseManifest {
        if (!arch.matches("[a-z0-9-]{1,32}")) {
            throw new IllegalArgumentException("not an architecture: \"" + arch + "\"");
        }
        pcrs = Collections.unmodifiableSortedMap(new TreeMap<>(pcrs));
        packages = List.copyOf(packages);
    }

    /**
     * Reads release.json; fields it does not know are ignored.
     *
     * @throws IOException when the input is not a release manifest or beyond a limit; the sentence
     *     names the field
     */
    public static ReleaseManifest read(InputStream in) throws IOException {
        return ReleaseManifestReader.read(in);
    }

    /** Writes release.json, indented; equal manifests give equal bytes. Leaves the stream open. */
    public void write(OutputStream out) throws IOException {
        ReleaseManifestWriter.write(this, out);
    }
}
