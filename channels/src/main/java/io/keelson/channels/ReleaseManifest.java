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
import java.util.regex.Pattern;

/**
 * {@code release.json}: what a release consists of.
 *
 * @param arch Debian's name of the architecture, such as amd64
 * @param payload absent when the build made none
 * @param files what else belongs to it, by name: verity tree, lock, bill of materials, provenance
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
        List<PackageVersion> packages,
        SortedMap<String, Artifact> files) {
    public static final int FILES_MAX = 64;

    /** A name in the release's directory, and never a path out of it. */
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public ReleaseManifest {
        if (!arch.matches("[a-z0-9-]{1,32}")) {
            throw new IllegalArgumentException("not an architecture: \"" + arch + "\"");
        }
        pcrs = Collections.unmodifiableSortedMap(new TreeMap<>(pcrs));
        packages = List.copyOf(packages);
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        if (files.size() > FILES_MAX) {
            throw new IllegalArgumentException(
                    files.size() + " files; a release has at most " + FILES_MAX);
        }
        for (String name : files.keySet()) {
            if (!FILE_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not a file of a release: \"" + name + "\"");
            }
        }
    }

    /** A release that names no further files. */
    public ReleaseManifest(
            ReleaseVersion version,
            String arch,
            RootHash rootHash,
            Artifact usr,
            Artifact uki,
            Optional<Artifact> payload,
            SortedMap<String, String> pcrs,
            List<PackageVersion> packages) {
        this(version, arch, rootHash, usr, uki, payload, pcrs, packages, new TreeMap<>());
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
