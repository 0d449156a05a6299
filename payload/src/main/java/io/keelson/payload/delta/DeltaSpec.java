package io.keelson.payload.delta;

import io.keelson.payload.generate.PayloadSpec;

import java.nio.file.Path;

/**
 * What a delta leads from and to.
 *
 * @param next the new release; its level is that of pieces that resemble nothing
 * @param oldUsr usr image of the release it is for
 * @param oldUki boot image of that release
 * @param repack whether it may look inside compressed kernels; such a delta is only for hosts with
 *     the capability {@code repack-zstd-1.5.7}
 */
public record DeltaSpec(PayloadSpec next, Path oldUsr, Path oldUki, boolean repack) {}
