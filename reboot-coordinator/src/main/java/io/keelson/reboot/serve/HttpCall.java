package io.keelson.reboot.serve;

import java.util.Map;

/**
 * One request, whatever server took it.
 *
 * @param path decoded
 * @param headers with lower-case names
 * @param body at most {@link #BODY_BYTES_MAX} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record HttpCall(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        Caller caller) {
    public static final int BODY_BYTES_MAX = 64 * 1024;

    /** {@code a=b&c=d}, as far as this API uses it: no escapes. */
    public static Map<String, String> parseQuery(String text) {
        var found = new java.util.HashMap<String, String>();
        for (String part : text.split("&", 64)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                found.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return found;
    }
}
