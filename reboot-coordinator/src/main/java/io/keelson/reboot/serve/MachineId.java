package io.keelson.reboot.serve;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The id by which Zincati calls a machine: HMAC-SHA256 of its application id keyed by the machine
 * id, cut to a UUID of version 4.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_id128_get_machine.html">
 *     sd_id128_get_machine_app_specific</a>
 */
final class MachineId {
    private static final byte[] ZINCATI =
            HexFormat.of().parseHex("de35106b6ec24688b63afddaa156679b");
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");
    private static final int ID_BYTES = 16;

    private MachineId() {}

    /** Whether {@code id} is what a Zincati on that machine calls itself. */
    static boolean isMadeOf(String machineId, String id) {
        String plain = machineId.replace("-", "").toLowerCase(Locale.ROOT);
        return FORM.matcher(plain).matches()
                && MessageDigest.isEqual(
                        applied(plain, ZINCATI).getBytes(StandardCharsets.US_ASCII),
                        id.getBytes(StandardCharsets.UTF_8));
    }

    static String applied(String machineId, byte[] application) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(HexFormat.of().parseHex(machineId), "HmacSHA256"));
            byte[] id = java.util.Arrays.copyOf(mac.doFinal(application), ID_BYTES);
            id[6] = (byte) ((id[6] & 0x0f) | 0x40);
            id[8] = (byte) ((id[8] & 0x3f) | 0x80);
            return HexFormat.of().formatHex(id);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
