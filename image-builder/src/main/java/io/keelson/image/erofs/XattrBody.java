package io.keelson.image.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Extended attributes stored behind an inode (erofs_fs.h: {@code struct erofs_xattr_ibody_header}
 * and {@code struct erofs_xattr_entry}).
 */
final class XattrBody {
    private static final int HEADER_BYTES = 12;
    private static final int ENTRY_HEADER_BYTES = 4;

    private record Prefix(String text, int index) {}

    private static final List<Prefix> PREFIXES =
            List.of(
                    new Prefix("user.", 1),
                    new Prefix("system.posix_acl_access", 2),
                    new Prefix("system.posix_acl_default", 3),
                    new Prefix("trusted.", 4),
                    new Prefix("security.", 6));

    private XattrBody() {}

    static byte[] encode(String path, SortedMap<String, byte[]> xattrs) throws IOException {
        if (xattrs.isEmpty()) {
            return new byte[0];
        }
        int size = HEADER_BYTES;
        for (Map.Entry<String, byte[]> entry : xattrs.entrySet()) {
            Prefix prefix = prefixOf(path, entry.getKey());
            int name = entry.getKey().length() - prefix.text().length();
            size += roundUp(ENTRY_HEADER_BYTES + name + entry.getValue().length);
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.position(HEADER_BYTES);
        for (Map.Entry<String, byte[]> entry : xattrs.entrySet()) {
            Prefix prefix = prefixOf(path, entry.getKey());
            byte[] name =
                    entry.getKey()
                            .substring(prefix.text().length())
                            .getBytes(StandardCharsets.US_ASCII);
            out.put((byte) name.length).put((byte) prefix.index());
            out.putShort((short) entry.getValue().length).put(name).put(entry.getValue());
            out.position(roundUp(out.position()));
        }
        return out.array();
    }

    /** The value of {@code i_xattr_icount} for an encoded body. */
    static int count(byte[] body) {
        return body.length == 0 ? 0 : (body.length - HEADER_BYTES) / 4 + 1;
    }

    private static Prefix prefixOf(String path, String name) throws IOException {
        for (Prefix prefix : PREFIXES) {
            if (name.startsWith(prefix.text())) {
                return prefix;
            }
        }
        throw new IOException(
                "cannot store extended attribute " + name + " of " + path + ": unknown prefix");
    }

    private static int roundUp(int bytes) {
        return (bytes + 3) & ~3;
    }
}
