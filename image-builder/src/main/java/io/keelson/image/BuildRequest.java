package io.keelson.image;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.image.archive.Mirrors;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One build.
 *
 * @param recipe the recipe's file
 * @param version of the release
 * @param out directory of the results; what an earlier build left there is replaced at the end
 * @param mirrors where packages come from
 * @param suites instead of the recipe's, unless empty
 * @param lock a {@code packages.lock} to build from, or the newest packages of the suites
 * @param keys what the boot files and the payload are signed with
 * @param host our own programs
 * @param cache directory of downloads and of intermediate results, shared by builds
 * @param options what else is wanted
 */
public record BuildRequest(
        Path recipe,
        ReleaseVersion version,
        Path out,
        Mirrors mirrors,
        List<String> suites,
        Optional<Path> lock,
        Keys keys,
        HostSoftware host,
        Path cache,
        Options options) {
    public BuildRequest {
        suites = List.copyOf(suites);
        // Temporary directories are made beside these, so they need a parent.
        out = out.toAbsolutePath().normalize();
        cache = cache.toAbsolutePath().normalize();
    }

    /**
     * How a build is run.
     *
     * @param payload whether to write {@code update.payload}
     * @param offline take packages and lists from the cache only
     * @param sectorSize of the disk instead of the recipe's
     * @param arch Debian's name of the architecture instead of the recipe's
     * @param clock only used to refuse a package list that has expired
     */
    public record Options(
            boolean payload,
            boolean offline,
            OptionalInt sectorSize,
            Optional<String> arch,
            InstantSource clock) {}
}
