package io.keelson.engine.install;

import io.keelson.engine.slot.DiskAccess;
import io.keelson.engine.slot.DiskPaths;
import io.keelson.payload.apply.ApplyJournal;
import io.keelson.payload.manifest.Capability;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The machine's disk.
 *
 * @param trustedKeys what is written to it must be signed with one of them
 * @param progress how far the idle slot has been written, across power cuts
 * @param able which operations can be executed at the moment
 */
public record Disks(
        DiskAccess access,
        DiskPaths paths,
        Path trustedKeys,
        ApplyJournal progress,
        Supplier<Set<Capability>> able) {}
