package io.keelson.image.tree;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Follows links inside a tree the way the kernel would with the tree as its root. */
final class LinkWalk {
    /** The kernel's own limit (MAXSYMLINKS in include/linux/namei.h). */
    private static final int LINKS_MAX = 40;

    private final Map<String, Node> nodes;
    private int followed;

    LinkWalk(Map<String, Node> nodes) {
        this.nodes = nodes;
    }

    Optional<String> resolve(String path) {
        Deque<String> rest = new ArrayDeque<>(parts(path));
        String at = "/";
        while (!rest.isEmpty()) {
            String part = rest.removeFirst();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                at = TreePath.parent(at);
                continue;
            }
            String next = TreePath.inImage(at.equals("/") ? "/" + part : at + "/" + part);
            switch (nodes.get(next)) {
                case null -> {
                    return Optional.empty();
                }
                case Node.Symlink(_, var target) -> {
                    if (++followed > LINKS_MAX) {
                        return Optional.empty();
                    }
                    at = target.startsWith("/") ? "/" : at;
                    parts(target).reversed().forEach(rest::addFirst);
                }
                case Node.HardLink(_, var target) -> at = target;
                case Node.Directory _, Node.RegularFile _ -> at = next;
            }
        }
        return Optional.of(at);
    }

    private static List<String> parts(String path) {
        return Arrays.asList(path.split("/", -1));
    }
}
