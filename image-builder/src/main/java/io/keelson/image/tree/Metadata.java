package io.keelson.image.tree;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Owner and permissions of one file.
 *
 * @param mode the twelve permission bits (set-uid, set-gid, sticky, rwxrwxrwx), without file type
 * @param uid numeric owner
 * @param gid numeric group
 * @param xattrs extended attributes by full name, for example {@code security.capability}
 */
public record Metadata(int mode, int uid, int gid, SortedMap<String, byte[]> xattrs) {
    private static final int PERMISSION_BITS = 07777;

    /** What a directory made without being asked for gets. */
    public static final Metadata DIRECTORY = of(0755);

    /** An ordinary data file of root. */
    public static final Metadata FILE = of(0644);

    /** An ordinary program of root. */
    public static final Metadata EXECUTABLE = of(0755);

    /** Linux ignores the mode of a symbolic link and reports this one. */
    public static final Metadata SYMLINK = of(0777);

    public Metadata {
        if ((mode & ~PERMISSION_BITS) != 0) {
            throw new IllegalArgumentException(
                    "mode has bits outside of 07777: 0" + Integer.toOctalString(mode));
        }
        if (uid < 0 || gid < 0) {
            throw new IllegalArgumentException("negative owner " + uid + ":" + gid);
        }
        xattrs = Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
    }

    /** Mode of a file that belongs to root and has no extended attributes. */
    public static Metadata of(int mode) {
        return new Metadata(mode, 0, 0, new TreeMap<>());
    }

    /** The same owner and attributes with another mode. */
    public Metadata withMode(int newMode) {
        return new Metadata(newMode, uid, gid, xattrs);
    }

    /** The same mode and attributes with another owner. */
    public Metadata withOwner(int newUid, int newGid) {
        return new Metadata(mode, newUid, newGid, xattrs);
    }
}
