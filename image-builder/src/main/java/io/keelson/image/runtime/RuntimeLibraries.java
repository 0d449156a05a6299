package io.keelson.image.runtime;

import io.keelson.disk.boot.Architecture;
import io.keelson.image.elf.ElfFile;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the Java runtime finds its libraries on the host. JDKs differ: one carries the C++
 * library inside, Debian's expects the distribution's.
 */
public final class RuntimeLibraries {
    private static final List<String> SEARCH_PATH =
            List.of(
                    "/usr/lib/x86_64-linux-gnu/",
                    "/usr/lib/aarch64-linux-gnu/",
                    "/usr/lib64/",
                    "/usr/lib/");
    private static final int LIBRARY_BYTES_MAX = 128 << 20;

    private RuntimeLibraries() {}

    /**
     * Checks every program and library of a runtime.
     *
     * @param home the runtime's directory in the tree
     * @param architecture of the image
     * @throws IOException naming the first library that nothing in the tree brings, or a file that
     *     is for another architecture
     */
    public static void require(RootTree tree, String home, Architecture architecture)
            throws IOException {
        Map<String, Node> files = tree.entries().subMap(home + "/", home + "0");
        Set<String> own = new TreeSet<>();
        files.keySet().forEach(path -> own.add(path.substring(path.lastIndexOf('/') + 1)));
        for (var file : files.entrySet()) {
            if (file.getValue() instanceof Node.RegularFile(var _, Content content)) {
                for (String name : needed(file.getKey(), content, architecture)) {
                    if (!own.contains(name) && !isInSearchPath(tree, name)) {
                        throw new IOException(
                                "the Java runtime needs %s for %s, which no package of the recipe brings: add the package that does, or build with another JDK 25"
                                        .formatted(name, file.getKey()));
                    }
                }
            }
        }
    }

    private static boolean isInSearchPath(RootTree tree, String name) throws IOException {
        for (String directory : SEARCH_PATH) {
            if (tree.content(directory + name).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static List<String> needed(String path, Content content, Architecture architecture)
            throws IOException {
        if (content.size() > LIBRARY_BYTES_MAX || !isProgramOrLibrary(path)) {
            return List.of();
        }
        byte[] bytes;
        try (InputStream in = content.open()) {
            bytes = in.readNBytes((int) content.size());
        }
        if (!ElfFile.is(bytes)) {
            return List.of();
        }
        if (ElfFile.machine(bytes) != architecture.elfMachine()) {
            throw new IOException(
                    "%s of the Java runtime is not for %s: name a JDK 25 for it with --jdk"
                            .formatted(path, architecture.debianName()));
        }
        return ElfFile.parse(path, bytes).needed();
    }

    private static boolean isProgramOrLibrary(String path) {
        return path.endsWith(".so") || path.contains("/bin/");
    }
}
