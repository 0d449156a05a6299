package io.keelson.image.tree;

/** One entry of a {@link RootTree}. */
public sealed interface Node {
    /** Owner and permissions; of a hard link, those of the file that it names. */
    Metadata metadata();

    /** A directory; its members are entries of the tree. */
    record Directory(Metadata metadata) implements Node {}

    /** A file with content. */
    record RegularFile(Metadata metadata, Content content) implements Node {
        /** The file {@code bytes} with root as its owner. */
        public static RegularFile of(int mode, byte[] bytes) {
            return new RegularFile(Metadata.of(mode), Content.of(bytes));
        }
    }

    /** A symbolic link; {@code target} is what the link says, unresolved. */
    record Symlink(Metadata metadata, String target) implements Node {
        /** A link that belongs to root. */
        public static Symlink to(String target) {
            return new Symlink(Metadata.SYMLINK, target);
        }
    }

    /** A second name of a regular file; {@code target} is that file's path in the same tree. */
    record HardLink(Metadata metadata, String target) implements Node {}
}
