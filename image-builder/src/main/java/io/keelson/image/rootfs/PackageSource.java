package io.keelson.image.rootfs;

import io.keelson.image.archive.Mirrors;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Where packages come from.
 *
 * @param mirrors the archive
 * @param keyrings directory of the Debian archive keyrings, usually /usr/share/keyrings
 * @param cacheDir downloads and unpacked packages, shared by builds
 * @param offline true to use only the cache
 * @param clock to refuse an index that has expired
 */
public record PackageSource(
        Mirrors mirrors, Path keyrings, Path cacheDir, boolean offline, InstantSource clock) {}
