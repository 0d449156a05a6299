package io.keelson.image.tree;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of an image by absolute path.
 *
 * <p>Every path is put where it ends up: {@code /bin}, {@code /sbin} and {@code /lib*} in {@code
 * /usr}, and {@code /etc} in {@code /usr/share/factory/etc}, which the host lays under its own
 * {@code /etc}. Parents of an entry always exist and always come before it. Not thread-safe.
 */
public final class RootTree {
    private static final String MADE_HERE = "the image builder";
    private static final int COMPARE_BYTES = 64 * 1024;

    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private final TreeMap<String, String> origins = new TreeMap<>();

    public RootTree() {
        nodes.put("/", new Node.Directory(Metadata.DIRECTORY));
        origins.put("/", MADE_HERE);
    }

    /**
     * Adds an entry, and its parent directories where they are missing. The same directory, the
     * same link or a file with the same bytes and mode may be added twice.
     *
     * @param origin who brings the entry, for the message of a conflict
     * @throws TreeConflict if something else is at that path
     */
    public void put(String absolutePath, Node node, String origin) throws IOException {
        String path = TreePath.inImage(absolutePath);
        Node known = nodes.get(path);
        if (known == null || isMadeUp(path, known, node)) {
            addParents(path, origin);
            nodes.put(path, located(node));
            origins.put(path, origin);
            return;
        }
        String difference = difference(known, located(node));
        if (!difference.isEmpty()) {
            throw new TreeConflict(path, originOf(path), origin, difference);
        }
    }

    /** Puts an entry in the place of whatever is at its path, with all that is below that. */
    public void replace(String absolutePath, Node node, String origin) throws IOException {
        String path = TreePath.inImage(absolutePath);
        if (!(node instanceof Node.Directory && nodes.get(path) instanceof Node.Directory)) {
            remove(path);
        }
        addParents(path, origin);
        nodes.put(path, located(node));
        origins.put(path, origin);
    }

    /** The entry at a path; links are not followed. */
    public Optional<Node> find(String path) {
        return Optional.ofNullable(nodes.get(TreePath.inImage(path)));
    }

    /** The content of a regular file, also by its second name or through symbolic links. */
    public Optional<Content> content(String path) {
        return resolve(path)
                .map(nodes::get)
                .filter(Node.RegularFile.class::isInstance)
                .map(node -> ((Node.RegularFile) node).content());
    }

    /** The path that a path stands for after all symbolic and hard links, if something is there. */
    public Optional<String> resolve(String path) {
        return new LinkWalk(nodes).resolve(TreePath.inImage(path));
    }

    /** All entries, parents before children; a view that follows later changes. */
    public NavigableMap<String, Node> entries() {
        return Collections.unmodifiableNavigableMap(nodes);
    }

    /** Who brought the entry at a path. */
    public String originOf(String path) {
        return origins.getOrDefault(TreePath.inImage(path), MADE_HERE);
    }

    /** A copy of one directory as a tree of its own: {@code /usr/bin/x} becomes {@code /bin/x}. */
    public RootTree below(String dir) {
        String top = TreePath.inImage(dir);
        RootTree copy = new RootTree();
        nodes.forEach((path, node) -> {
            if (TreePath.isAtOrBelow(path, top)) {
                String shorter = relocated(path, top);
                copy.nodes.put(
                        shorter,
                        node instanceof Node.HardLink(var metadata, var target)
                                ? new Node.HardLink(metadata, relocated(target, top))
                                : node);
                copy.origins.put(shorter, origins.getOrDefault(path, MADE_HERE));
            }
        });
        return copy;
    }

    /** Removes a path and everything below it; nothing happens when it is absent. */
    public void remove(String pathPrefix) {
        String path = TreePath.inImage(pathPrefix);
        if (path.equals("/")) {
            throw new IllegalArgumentException("the top of the tree cannot be removed");
        }
        nodes.remove(path);
        nodes.subMap(path + "/", true, path + "0", false).clear();
        origins.remove(path);
        origins.subMap(path + "/", true, path + "0", false).clear();
    }

    /** Adds every entry of another tree, under the same rules as {@link #put}. */
    public void putAll(RootTree other) throws IOException {
        for (Map.Entry<String, Node> entry : other.nodes.entrySet()) {
            put(entry.getKey(), entry.getValue(), other.originOf(entry.getKey()));
        }
    }

    /** A directory nobody has asked for yet takes the metadata of the first one who does. */
    private boolean isMadeUp(String path, Node known, Node wanted) {
        return known instanceof Node.Directory
                && wanted instanceof Node.Directory
                && originOf(path).equals(MADE_HERE);
    }

    private void addParents(String path, String origin) throws IOException {
        String parent = TreePath.parent(path);
        Node known = nodes.get(parent);
        if (known == null) {
            addParents(parent, origin);
            nodes.put(parent, new Node.Directory(Metadata.DIRECTORY));
            origins.put(parent, MADE_HERE);
        } else if (!(known instanceof Node.Directory)) {
            throw new TreeConflict(parent, originOf(parent), origin, "one needs it as a directory");
        }
    }

    private static Node located(Node node) {
        return node instanceof Node.HardLink(var metadata, var target)
                ? new Node.HardLink(metadata, TreePath.inImage(target))
                : node;
    }

    private static String relocated(String path, String top) {
        if (!TreePath.isAtOrBelow(path, top)) {
            throw new IllegalStateException("a hard link below " + top + " points out to " + path);
        }
        return top.equals("/") ? path : path.equals(top) ? "/" : path.substring(top.length());
    }

    private static String difference(Node first, Node second) throws IOException {
        return switch (first) {
            case Node.Directory _ ->
                    second instanceof Node.Directory ? "" : "one is a directory, one is not";
            case Node.Symlink link ->
                    second instanceof Node.Symlink other && link.target().equals(other.target())
                            ? ""
                            : "one is a link to " + link.target() + ", the other is not";
            case Node.HardLink link ->
                    second instanceof Node.HardLink other && link.target().equals(other.target())
                            ? ""
                            : "one is a second name of " + link.target() + ", the other is not";
            case Node.RegularFile file ->
                    second instanceof Node.RegularFile other
                            ? difference(file, other)
                            : "one is a regular file, one is not";
        };
    }

    private static String difference(Node.RegularFile first, Node.RegularFile second)
            throws IOException {
        if (first.metadata().mode() != second.metadata().mode()) {
            return "the modes differ";
        }
        return sameBytes(first.content(), second.content()) ? "" : "the contents differ";
    }

    private static boolean sameBytes(Content first, Content second) throws IOException {
        if (first.size() != second.size()) {
            return false;
        }
        try (InputStream one = first.open();
                InputStream two = second.open()) {
            while (true) {
                byte[] left = one.readNBytes(COMPARE_BYTES);
                if (!Arrays.equals(left, two.readNBytes(COMPARE_BYTES))) {
                    return false;
                }
                if (left.length == 0) {
                    return true;
                }
            }
        }
    }
}
