package io.keelson.image.rootfs;

import io.keelson.image.recipe.TreeChanges.AddedFile;
import io.keelson.image.recipe.TreeChanges.AddedSymlink;
import io.keelson.image.recipe.TreeChanges.AddedTree;
import io.keelson.image.recipe.TreeChanges.Additions;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/** Files that a recipe adds to and removes from a tree. */
final class RecipeFiles {
    private static final String ORIGIN = "the recipe";

    private RecipeFiles() {}

    /** A recipe's file wins over a package's. */
    static void add(RootTree tree, Additions additions) throws IOException {
        for (AddedTree added : additions.trees()) {
            addTree(tree, added);
        }
        for (AddedFile file : additions.files()) {
            tree.replace(
                    file.path(),
                    new Node.RegularFile(Metadata.of(file.mode()), file.content()),
                    ORIGIN);
        }
        for (AddedSymlink link : additions.symlinks()) {
            tree.replace(link.path(), Node.Symlink.to(link.target()), ORIGIN);
        }
    }

    /** Only whether a file is executable counts: the rest depends on who checked it out. */
    private static void addTree(RootTree tree, AddedTree added) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(added.source())) {
            paths = walk.filter(path -> !path.equals(added.source())).sorted().toList();
        }
        for (Path path : paths) {
            String inImage = added.path() + "/" + added.source().relativize(path);
            if (Files.isSymbolicLink(path)) {
                tree.replace(
                        inImage, Node.Symlink.to(Files.readSymbolicLink(path).toString()), ORIGIN);
            } else if (Files.isDirectory(path)) {
                if (tree.find(inImage).isEmpty()) {
                    tree.put(inImage, new Node.Directory(Metadata.DIRECTORY), ORIGIN);
                }
            } else {
                Metadata metadata = Files.isExecutable(path) ? Metadata.EXECUTABLE : Metadata.FILE;
                tree.replace(inImage, new Node.RegularFile(metadata, Content.of(path)), ORIGIN);
            }
        }
    }

    /** Removes what a glob matches, a directory with all that is in it. */
    static void remove(RootTree tree, List<String> globs) {
        for (String glob : globs) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            List<String> matching =
                    tree.entries().keySet().stream()
                            .filter(path -> !path.equals("/") && matcher.matches(Path.of(path)))
                            .toList();
            matching.forEach(tree::remove);
        }
    }
}
