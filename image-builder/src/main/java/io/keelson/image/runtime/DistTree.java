package io.keelson.image.runtime;

import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Copies a directory of the build machine into an image; owners and times are not taken over. */
public final class DistTree {
    private DistTree() {}

    /**
     * Copies what is below {@code source} to {@code target} in the tree.
     *
     * @param origin who brings the files, for the message of a conflict
     */
    public static void copy(Path source, RootTree tree, String target, String origin)
            throws IOException {
        if (!Files.isDirectory(source)) {
            throw new IOException(source + " is not a directory; it was to be copied to " + target);
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(source)) {
            files = walk.filter(file -> !file.equals(source)).sorted().toList();
        }
        for (Path file : files) {
            tree.put(target + "/" + source.relativize(file), node(file), origin);
        }
    }

    private static Node node(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return Node.Symlink.to(Files.readSymbolicLink(file).toString());
        }
        if (Files.isDirectory(file)) {
            return new Node.Directory(Metadata.DIRECTORY);
        }
        // Only "may be run" is taken over: the rest depends on the umask of whoever built.
        Metadata metadata = Files.isExecutable(file) ? Metadata.EXECUTABLE : Metadata.FILE;
        return new Node.RegularFile(metadata, Content.of(file));
    }
}
