package io.keelson.image.deb;

import io.keelson.host.xz.XzInputStream;
import io.keelson.image.tree.Metadata;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the entries of a .deb to a pack. Kernel modules are stored decompressed: the file system
 * or the payload compresses them better, and one changed module does not change a whole stream.
 */
final class Unpacking implements DebFile.Visitor {
    private static final int CONTROL_BYTES_MAX = 8 << 20;
    private static final long XZ_MEMORY_BYTES_MAX = 256 << 20;
    private static final int PERMISSION_BITS = 07777;

    /** Linux has no longer paths and no longer names. */
    private static final int PATH_BYTES_MAX = 4095;

    private static final int NAME_BYTES_MAX = 255;

    /** All files of a package together; the largest of Debian have two. */
    private static final long UNPACKED_BYTES_MAX = 8L << 30;

    /** How tar archives carry extended attributes: in records of their own. */
    private static final String XATTR_RECORD = "SCHILY.xattr.";

    private static final int NAME_SHOWN_CHARS = 80;
    private static final int XATTR_BYTES_MAX = 64 << 10;

    private final PackFile.Writer pack;
    private long unpacked;

    Unpacking(PackFile.Writer pack) {
        this.pack = pack;
    }

    @Override
    public void control(TarArchiveEntry entry, InputStream content) throws IOException {
        if (!entry.isFile()) {
            return;
        }
        if (entry.getSize() > CONTROL_BYTES_MAX) {
            throw new DebException("control file " + entry.getName() + " is too large");
        }
        pack.control(path(entry.getName()).substring(1), content.readNBytes(CONTROL_BYTES_MAX));
    }

    @Override
    public void data(TarArchiveEntry entry, InputStream content) throws IOException {
        String path = path(entry.getName());
        Metadata metadata =
                new Metadata(
                        entry.getMode() & PERMISSION_BITS,
                        Math.toIntExact(entry.getLongUserId()),
                        Math.toIntExact(entry.getLongGroupId()),
                        xattrs(entry, path));
        // First of all: the library counts a device among the files.
        if (entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO()) {
            throw new DebException(path + " is a device or pipe, which an image cannot hold");
        }
        if (entry.isDirectory()) {
            pack.directory(path, metadata);
        } else if (entry.isSymbolicLink()) {
            pack.symlink(path, metadata, linkTarget(entry, path));
        } else if (entry.isLink()) {
            pack.hardLink(path, metadata, path(entry.getLinkName()));
        } else if (entry.isFile() && isCompressedModule(path)) {
            String plain = path.substring(0, path.length() - ".xz".length());
            try (InputStream module = new XzInputStream(content, XZ_MEMORY_BYTES_MAX)) {
                file(plain, metadata, module);
            }
        } else if (entry.isFile()) {
            file(path, metadata, content);
        } else {
            throw new DebException(path + " is of a kind that an image cannot hold");
        }
    }

    /** Stops a bomb before it fills the disk. */
    private void file(String path, Metadata metadata, InputStream content) throws IOException {
        long left = UNPACKED_BYTES_MAX - unpacked;
        unpacked += pack.file(path, metadata, new Bounded(content, left));
    }

    /** Fails where more comes than may come. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            left -= Math.max(read, 0);
            if (left < 0) {
                throw new DebException("unpacks to more than " + UNPACKED_BYTES_MAX + " bytes");
            }
            return read;
        }
    }

    /** The link is never followed while the tree is made, so only its length has to be right. */
    private static String linkTarget(TarArchiveEntry entry, String path) throws DebException {
        String target = entry.getLinkName();
        if (target.isEmpty() || bytes(target) > PATH_BYTES_MAX) {
            throw new DebException(path + " is a link to nothing, or to a path that is too long");
        }
        return target;
    }

    private static SortedMap<String, byte[]> xattrs(TarArchiveEntry entry, String path)
            throws DebException {
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        for (Map.Entry<String, String> record : entry.getExtraPaxHeaders().entrySet()) {
            if (record.getKey().startsWith(XATTR_RECORD)) {
                String name = record.getKey().substring(XATTR_RECORD.length());
                // The archive's reader takes the value for text; what is none cannot be had back.
                byte[] value = record.getValue().getBytes(StandardCharsets.UTF_8);
                if (record.getValue().indexOf('\ufffd') >= 0) {
                    throw new DebException(
                            "%s has the extended attribute %s, whose bytes cannot be read"
                                    .formatted(path, name));
                }
                if (value.length > XATTR_BYTES_MAX || bytes(name) > NAME_BYTES_MAX) {
                    throw new DebException(path + " has an extended attribute that is too large");
                }
                xattrs.put(name, value);
            }
        }
        return xattrs;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean isCompressedModule(String path) {
        return path.contains("/lib/modules/") && path.endsWith(".ko.xz");
    }

    /** "./usr/bin/x" as "/usr/bin/x". */
    private static String path(String name) throws DebException {
        if (name.startsWith("/")) {
            throw new DebException("path " + shortened(name) + " is absolute");
        }
        if (bytes(name) > PATH_BYTES_MAX) {
            throw new DebException("path " + shortened(name) + " is too long");
        }
        StringBuilder path = new StringBuilder();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new DebException("path " + shortened(name) + " leaves the package");
            }
            if (bytes(part) > NAME_BYTES_MAX || part.indexOf('\0') >= 0) {
                throw new DebException("path " + shortened(name) + " has an impossible name");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                path.append('/').append(part);
            }
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    private static String shortened(String name) {
        return name.length() <= NAME_SHOWN_CHARS
                ? name
                : name.substring(0, NAME_SHOWN_CHARS) + "...";
    }
}
