package io.keelson.qemu.guest;

import java.util.regex.Pattern;

/** Console lines that mean trouble, whatever a scenario's own assertions say. */
public enum Symptom {
    KERNEL_PANIC("Kernel panic - not syncing"),
    KERNEL_OOPS(
            "(Oops: |BUG: unable to handle|general protection fault|kernel BUG at |WARNING: CPU: \\d+)"),
    CORRUPTED_VERITY("(data|metadata) block \\d+ is corrupted"),
    IO_ERROR("(blk_update_request: )?I/O error, dev \\w+, sector"),
    FILE_SYSTEM_ERROR(
            "(EXT4-fs error|EXT4-fs .*[Rr]emounting filesystem read-only|erofs: .*(corrupt|error)|FAT-fs .*error)"),
    FAILED_UNIT("(?<!\\w)Failed to start "),
    FAILED_DEPENDENCY("Dependency failed for "),
    ORDERING_CYCLE("(Found|Breaking) ordering cycle"),
    EMERGENCY(
            "(You are in emergency mode|Reached target .{0,8}emergency\\.target|Started .{0,8}emergency\\.service)"),
    FROZEN("Freezing execution"),
    NO_DEFAULT_TARGET("Failed to isolate default target"),
    OUT_OF_MEMORY(
            "(Out of memory: Killed process|oom-kill:|invoked oom-killer|java\\.lang\\.OutOfMemoryError)"),
    CRASHED_PROGRAM(
            "(segfault at [0-9a-f]+|dumped core|A fatal error has been detected by the Java Runtime)"),
    HUNG_TASK(
            "(blocked for more than \\d+ seconds|soft lockup - CPU|rcu_\\w+ self-detected stall)");

    private final Pattern pattern;

    Symptom(String regex) {
        this.pattern = Pattern.compile(regex);
    }

    boolean isIn(String line) {
        return pattern.matcher(line).find();
    }
}
