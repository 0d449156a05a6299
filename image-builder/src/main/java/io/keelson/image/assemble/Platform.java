package io.keelson.image.assemble;

import java.util.Locale;

/**
 * Where a disk starts, and what the kernel's command line needs there. The last console is the one
 * that people and the platform's log see.
 */
public enum Platform {
    AWS("console=tty0", "console=ttyS0,115200n8", "nvme_core.io_timeout=4294967295"),
    GCE("console=tty0", "console=ttyS0,38400n8d"),
    AZURE("console=tty0", "console=ttyS0,115200n8"),
    OPENSTACK("console=tty0", "console=ttyS0,115200n8"),
    QEMU("console=ttyS0"),
    METAL("console=ttyS0", "console=tty0");

    private final String arguments;

    Platform(String... arguments) {
        this.arguments = String.join(" ", arguments);
    }

    /** The name on command lines; units and networks in /usr match on it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    String arguments() {
        return arguments;
    }
}
