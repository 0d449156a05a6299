package io.keelson.image.recipe;

import java.util.List;

/**
 * Kernel modules.
 *
 * @param keep globs over paths below {@code kernel/} or module names; dependencies are kept too;
 *     empty keeps all
 * @param initrd names of the modules that stage 1 loads, in that order; one that ends in {@link
 *     #OPTIONAL} is loaded where the kernel has it
 */
public record ModuleSelection(List<String> keep, List<String> initrd) {
    public static final String OPTIONAL = "?";

    public ModuleSelection {
        keep = List.copyOf(keep);
        initrd = List.copyOf(initrd);
    }

    /** The name without its mark. */
    public static String name(String wanted) {
        return wanted.endsWith(OPTIONAL)
                ? wanted.substring(0, wanted.length() - OPTIONAL.length())
                : wanted;
    }
}
