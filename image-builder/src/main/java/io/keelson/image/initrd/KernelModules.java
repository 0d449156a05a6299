package io.keelson.image.initrd;

import io.keelson.image.elf.ElfFile;
import io.keelson.image.recipe.ModuleSelection;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Modules with everything they depend on, in an order in which {@code insmod} takes them
 * (modules.dep(5)).
 */
final class KernelModules {
    private final RootTree tree;
    private final String directory;
    private final Map<String, String> pathByName = new HashMap<>();
    private final Map<String, List<String>> dependencies = new HashMap<>();
    private final String builtin;
    private final SequencedMap<String, byte[]> loaded = new LinkedHashMap<>();

    KernelModules(RootTree tree, String kernelRelease) throws IOException {
        this.tree = tree;
        directory = "/usr/lib/modules/" + kernelRelease;
        for (String line : text("modules.dep").split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String path = line.substring(0, colon);
                pathByName.put(nameOf(path), path);
                String rest = line.substring(colon + 1).strip();
                dependencies.put(path, rest.isEmpty() ? List.of() : List.of(rest.split(" +", -1)));
            }
        }
        builtin =
                tree.content(directory + "/modules.builtin").isPresent()
                        ? text("modules.builtin")
                        : "";
    }

    /**
     * Adds a module by its name; one that is built into the kernel adds nothing. A name that ends
     * in a question mark is of a module that not every architecture's kernel has.
     */
    void add(String wanted) throws IOException {
        boolean optional = wanted.endsWith(ModuleSelection.OPTIONAL);
        String name = ModuleSelection.name(wanted);
        String path = pathByName.get(normal(name));
        if (path != null) {
            load(path);
        } else if (!optional && !isBuiltin(name)) {
            throw new IOException("the kernel of " + directory + " has no module " + name);
        }
    }

    /** File name to content, in load order. */
    SequencedMap<String, byte[]> files() {
        return loaded;
    }

    private void load(String path) throws IOException {
        // modules.dep lists all dependencies, the one to load first at the end.
        for (String needed : dependencies.getOrDefault(path, List.of()).reversed()) {
            insert(needed);
        }
        insert(path);
    }

    private void insert(String path) throws IOException {
        String file = nameOf(path) + ".ko";
        if (loaded.containsKey(file)) {
            return;
        }
        byte[] content = SharedLibraries.read(tree, directory + "/" + path);
        if (!ElfFile.is(content)) {
            throw new IOException(
                    directory + "/" + path + " is compressed; the initrd takes plain modules only");
        }
        loaded.put(file, content);
    }

    private boolean isBuiltin(String name) {
        for (String line : builtin.split("\n", -1)) {
            if (!line.isBlank() && nameOf(line.strip()).equals(normal(name))) {
                return true;
            }
        }
        return false;
    }

    private String text(String name) throws IOException {
        return new String(
                SharedLibraries.read(tree, directory + "/" + name), StandardCharsets.UTF_8);
    }

    private static String nameOf(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        int dot = file.indexOf('.');
        return normal(dot < 0 ? file : file.substring(0, dot));
    }

    private static String normal(String name) {
        return name.replace('-', '_');
    }
}
