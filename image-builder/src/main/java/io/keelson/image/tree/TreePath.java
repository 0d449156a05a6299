package io.keelson.image.tree;

import java.util.List;

/** Normal form of paths, and the merge of the top-level directories into /usr. */
final class TreePath {
    private static final List<String> MERGED = List.of("/bin", "/sbin", "/lib", "/lib64", "/lib32");
    private static final String ETC = "/etc";
    private static final String FACTORY_ETC = "/usr/share/factory/etc";

    private TreePath() {}

    /** Absolute path without empty, "." or ".." parts. */
    static String normal(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute path: " + path);
        }
        StringBuilder clean = new StringBuilder(path.length());
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                throw new IllegalArgumentException("path leaves its directory: " + path);
            }
            if (!part.isEmpty() && !part.equals(".")) {
                clean.append('/').append(part);
            }
        }
        return clean.isEmpty() ? "/" : clean.toString();
    }

    /** Where a package's path is kept: /bin/x in /usr/bin/x, /etc/x in the factory copy of /etc. */
    static String inImage(String path) {
        String clean = normal(path);
        for (String top : MERGED) {
            if (isAtOrBelow(clean, top)) {
                return "/usr" + clean;
            }
        }
        return isAtOrBelow(clean, ETC) ? FACTORY_ETC + clean.substring(ETC.length()) : clean;
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    static boolean isAtOrBelow(String path, String dir) {
        return dir.equals("/")
                || path.equals(dir)
                || (path.startsWith(dir) && path.charAt(dir.length()) == '/');
    }
}
