package io.keelson.image.recipe;

import java.util.List;

/**
 * Kernel modules.
 *
 * @param keep globs over paths below {@code kernel/} or module names; dependencies are kept too;
 *     empty keeps all
 * @param initrd names of the modules that stage 1 loads, in that order
 */
public record ModuleSelection(List<String> keep, List<String> initrd) {
    public ModuleSelection {
        keep = List.copyOf(keep);
        initrd = List.copyOf(initrd);
    }
}
