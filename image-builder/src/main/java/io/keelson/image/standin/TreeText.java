package io.keelson.image.standin;

import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The small text files of a tree. */
final class TreeText {
    private static final int TEXT_BYTES_MAX = 16 << 20;

    private final RootTree tree;
    private final String origin;

    TreeText(RootTree tree, String origin) {
        this.tree = tree;
        this.origin = origin;
    }

    RootTree tree() {
        return tree;
    }

    boolean has(String path) {
        return tree.find(path).isPresent();
    }

    Optional<String> read(String path) throws IOException {
        Optional<Content> content = tree.content(path);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        if (content.get().size() > TEXT_BYTES_MAX) {
            throw new IOException(path + " is larger than " + TEXT_BYTES_MAX + " bytes");
        }
        try (InputStream in = content.get().open()) {
            return Optional.of(new String(in.readNBytes(TEXT_BYTES_MAX), StandardCharsets.UTF_8));
        }
    }

    /** Files directly in a directory whose name ends with a suffix, in the order of their names. */
    List<String> list(String dir, String suffix) {
        return tree.entries().subMap(dir + "/", true, dir + "0", false).keySet().stream()
                .filter(path -> path.endsWith(suffix))
                .filter(path -> path.indexOf('/', dir.length() + 1) < 0)
                .toList();
    }

    void write(String path, String text) throws IOException {
        write(path, Metadata.FILE, text);
    }

    void write(String path, Metadata metadata, String text) throws IOException {
        Content content = Content.of(text.getBytes(StandardCharsets.UTF_8));
        tree.replace(path, new Node.RegularFile(metadata, content), origin);
    }

    void writeIfAbsent(String path, String text) throws IOException {
        if (!has(path)) {
            write(path, text);
        }
    }

    void link(String path, String target) throws IOException {
        tree.replace(path, Node.Symlink.to(target), origin);
    }
}
