package io.keelson.image.initrd;

import io.keelson.image.elf.ElfFile;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shared libraries that programs of a tree need, found where Debian's dynamic loader looks when
 * there is no cache and no run path.
 */
final class SharedLibraries {
    static final int FILE_BYTES_MAX = 64 << 20;
    private static final List<String> SEARCH_PATH =
            List.of(
                    "/usr/lib/x86_64-linux-gnu",
                    "/usr/lib/aarch64-linux-gnu",
                    "/usr/lib64",
                    "/usr/lib");

    private final RootTree tree;
    private final SortedMap<String, byte[]> files = new TreeMap<>();

    SharedLibraries(RootTree tree) {
        this.tree = tree;
    }

    /** Adds what {@code program} needs, which is the file {@code path} of the tree. */
    void addFor(String path, byte[] program) throws IOException {
        Deque<Map.Entry<String, byte[]>> open = new ArrayDeque<>();
        open.add(Map.entry(path, program));
        while (!open.isEmpty()) {
            Map.Entry<String, byte[]> file = open.remove();
            ElfFile elf = ElfFile.parse(file.getKey(), file.getValue());
            Optional<String> loader = elf.interpreter();
            if (loader.isPresent() && !files.containsKey(loader.get())) {
                // As a file of its own: the link's target is not in the archive.
                files.put(loader.get(), read(tree, loader.get()));
            }
            for (String name : elf.needed()) {
                if (isLoader(name)) {
                    continue;
                }
                String target = find(name, file.getKey());
                if (files.containsKey(target)) {
                    continue;
                }
                byte[] library = read(tree, target);
                files.put(target, library);
                open.add(Map.entry(target, library));
            }
        }
    }

    /** Absolute path in the initrd to content. */
    SortedMap<String, byte[]> files() {
        return files;
    }

    private static boolean isLoader(String name) {
        return name.startsWith("ld-linux");
    }

    private String find(String name, String neededBy) throws IOException {
        for (String directory : SEARCH_PATH) {
            if (tree.content(directory + "/" + name).isPresent()) {
                return directory + "/" + name;
            }
        }
        throw new IOException(
                "the initrd needs "
                        + name
                        + " for "
                        + neededBy
                        + ", which no package of the recipe brings");
    }

    static byte[] read(RootTree tree, String path) throws IOException {
        Content content =
                tree.content(path)
                        .orElseThrow(() ->
                                new IOException(
                                        "the initrd needs "
                                                + path
                                                + ", which no package of the recipe"
                                                + " brings"));
        if (content.size() > FILE_BYTES_MAX) {
            throw new IOException(
                    path + " is larger than " + FILE_BYTES_MAX + " bytes, too much for the initrd");
        }
        try (InputStream in = content.open()) {
            return in.readNBytes((int) content.size());
        }
    }
}
