package io.keelson.engine.slot;

import java.nio.file.Path;

/**
 * Where the kernel and the boot loader keep what the slots are read from.
 *
 * @param sysfs normally {@code /sys}
 * @param mountInfo normally {@code /proc/self/mountinfo}, see proc_pid_mountinfo(5)
 * @param devices normally {@code /dev}
 * @param esp where the EFI system partition is mounted
 */
public record DiskPaths(Path sysfs, Path mountInfo, Path devices, Path esp) {}
