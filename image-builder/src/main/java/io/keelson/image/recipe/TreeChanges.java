package io.keelson.image.recipe;

import io.keelson.image.tree.Content;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the recipe does to the tree that the packages make.
 *
 * @param additions files, links and directories that are added or replaced
 * @param remove path globs; what matches is removed, a directory with all that is in it
 * @param ids uid and gid of accounts that sysusers would number at random
 * @param capabilities file capabilities by path
 * @param units which units are enabled and masked
 */
public record TreeChanges(
        Additions additions,
        List<String> remove,
        Map<String, Integer> ids,
        Map<String, String> capabilities,
        Units units) {
    public TreeChanges {
        remove = List.copyOf(remove);
        ids = Map.copyOf(ids);
        capabilities = Map.copyOf(capabilities);
    }

    /** Files, links and whole directories of the recipe. */
    public record Additions(
            List<AddedFile> files, List<AddedSymlink> symlinks, List<AddedTree> trees) {
        public Additions {
            files = List.copyOf(files);
            symlinks = List.copyOf(symlinks);
            trees = List.copyOf(trees);
        }
    }

    /** A file with its absolute path in the image. */
    public record AddedFile(String path, int mode, Content content) {}

    /** A symbolic link with its absolute path in the image. */
    public record AddedSymlink(String path, String target) {}

    /** A directory of the build machine that is copied below a path of the image. */
    public record AddedTree(String path, Path source) {}

    /** Units to enable, by their own [Install] section, and to mask. */
    public record Units(List<String> enable, List<String> mask) {
        public Units {
            enable = List.copyOf(enable);
            mask = List.copyOf(mask);
        }
    }
}
