package io.keelson.image.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What goes into an image. The keys of the file are listed in {@code recipes/README.md}.
 *
 * @param identity name, architecture and the one time that everything in the image carries
 * @param selection the packages
 * @param modules which kernel modules are kept, and which stage 1 loads
 * @param tree files, links, accounts and units beside those of the packages
 * @param output kernel arguments, sizes and compression of what is written
 */
public record Recipe(
        Identity identity,
        PackageSelection selection,
        ModuleSelection modules,
        TreeChanges tree,
        OutputOptions output) {

    public Recipe {
        Objects.requireNonNull(identity, "identity is null");
        Objects.requireNonNull(selection, "selection is null");
        Objects.requireNonNull(modules, "modules is null");
        Objects.requireNonNull(tree, "tree is null");
        Objects.requireNonNull(output, "output is null");
    }

    /**
     * Reads a recipe and those that it extends.
     *
     * @throws RecipeException if a key is unknown or a value does not fit
     */
    public static Recipe read(Path file) throws IOException {
        return read(file, Optional.empty());
    }

    /**
     * Reads a recipe for another architecture than it names.
     *
     * @param arch Debian's name; none, and the recipe says it
     */
    public static Recipe read(Path file, Optional<String> arch) throws IOException {
        return RecipeReader.read(file, arch);
    }

    /** The same recipe with other suites. */
    public Recipe withSuites(List<String> suites) {
        return new Recipe(identity, selection.withSuites(suites), modules, tree, output);
    }

    /** The same recipe for disks with other sectors. */
    public Recipe withSectorSize(int bytes) {
        return new Recipe(identity, selection, modules, tree, output.withSectorSize(bytes));
    }
}
