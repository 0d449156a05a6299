package io.keelson.qemu.machine;

import java.util.Map;

/**
 * Credentials that harness and demo hand to a guest from outside; the image itself has no back
 * door.
 */
public final class Credentials {
    /** The settings of keelsond. */
    public static final String UPDATE_CONFIG = "keelson.update.conf";

    private Credentials() {}

    /** Logs root in on the console without asking (systemd.system-credentials). */
    public static Map<String, String> login() {
        return Map.of("agetty.autologin", "root", "login.noauth", "yes");
    }
}
