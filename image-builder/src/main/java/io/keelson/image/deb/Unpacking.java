package io.keelson.image.deb;

import io.keelson.image.tree.Metadata;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.tukaani.xz.XZInputStream;

import java.io.IOException;
import java.io.InputStream;
import java.util.TreeMap;

/**
 * Writes the entries of a .deb to a pack. Kernel modules are stored decompressed: the file system
 * or the payload compresses them better, and one changed module does not change a whole stream.
 */
final class Unpacking implements DebFile.Visitor {
    private static final int CONTROL_BYTES_MAX = 8 << 20;
    private static final int XZ_MEMORY_KIB_MAX = 256 << 10;
    private static final int PERMISSION_BITS = 07777;

    private final PackFile.Writer pack;

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
                        new TreeMap<>());
        if (entry.isDirectory()) {
            pack.directory(path, metadata);
        } else if (entry.isSymbolicLink()) {
            pack.symlink(path, metadata, entry.getLinkName());
        } else if (entry.isLink()) {
            pack.hardLink(path, metadata, path(entry.getLinkName()));
        } else if (entry.isFile() && isCompressedModule(path)) {
            String plain = path.substring(0, path.length() - ".xz".length());
            // Not closed: the decoder holds no resource but the archive's own stream.
            pack.file(plain, metadata, new XZInputStream(content, XZ_MEMORY_KIB_MAX));
        } else if (entry.isFile()) {
            pack.file(path, metadata, content);
        } else {
            throw new DebException(path + " is a device or pipe, which an image cannot hold");
        }
    }

    private static boolean isCompressedModule(String path) {
        return path.contains("/lib/modules/") && path.endsWith(".ko.xz");
    }

    /** "./usr/bin/x" as "/usr/bin/x". */
    private static String path(String name) throws DebException {
        StringBuilder path = new StringBuilder();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new DebException("path " + name + " leaves the package");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                path.append('/').append(part);
            }
        }
        return path.isEmpty() ? "/" : path.toString();
    }
}
