package io.keelson.image.kmod;

import io.keelson.image.recipe.ModuleSelection;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The modules of a kernel in a tree: drops those a recipe does not want, and indexes the rest. */
public final class InstalledModules {
    private static final String ORIGIN = "depmod";
    private static final int MODULE_BYTES_MAX = 256 << 20;
    private static final int LIST_BYTES_MAX = 16 << 20;

    private final RootTree tree;
    private final String dir;

    /** The modules in {@code /usr/lib/modules/<kernelVersion>}. */
    public InstalledModules(RootTree tree, String kernelVersion) {
        this.tree = tree;
        this.dir = "/usr/lib/modules/" + kernelVersion + "/";
    }

    /** Removes modules, and writes modules.dep and its companions. */
    public void index(ModuleSelection selection) throws IOException {
        List<KernelModule> all = new ArrayList<>();
        for (String path : modulePaths()) {
            byte[] bytes = read(dir + path, MODULE_BYTES_MAX);
            all.add(new KernelModule(path, ModuleFile.parse(bytes, dir + path)));
        }
        List<String> order = lines("modules.order");
        ModuleGraph graph = new ModuleGraph(all, order);
        if (!selection.keep().isEmpty()) {
            graph = thinned(graph, selection, order);
        }
        Depmod depmod = new Depmod(graph);
        depmod.builtin(
                lines("modules.builtin"),
                tree.find(dir + "modules.builtin.modinfo").isPresent()
                        ? read(dir + "modules.builtin.modinfo", LIST_BYTES_MAX)
                        : new byte[0]);
        for (Map.Entry<String, byte[]> file : depmod.files().entrySet()) {
            tree.replace(dir + file.getKey(), Node.RegularFile.of(0644, file.getValue()), ORIGIN);
        }
    }

    private ModuleGraph thinned(ModuleGraph graph, ModuleSelection selection, List<String> order)
            throws IOException {
        List<Names> builtin = lines("modules.builtin").stream().map(Names::of).toList();
        Map<KernelModule, Names> names = new LinkedHashMap<>();
        graph.modules().forEach(module -> names.put(module, Names.of(module.path)));
        Set<KernelModule> kept = new LinkedHashSet<>();
        List<String> unmatched = new ArrayList<>();
        for (String name : selection.initrd()) {
            graph.find(ModuleSelection.name(name)).ifPresent(module -> keep(graph, module, kept));
        }
        for (String glob : selection.keep()) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            List<KernelModule> matching =
                    names.entrySet().stream()
                            .filter(each -> each.getValue().match(matcher))
                            .map(Map.Entry::getKey)
                            .toList();
            if (matching.isEmpty() && builtin.stream().noneMatch(each -> each.match(matcher))) {
                unmatched.add(glob);
            }
            matching.forEach(module -> keep(graph, module, kept));
        }
        if (!unmatched.isEmpty()) {
            throw new IOException(
                    "no kernel module in %s matches modules: %s of the recipe"
                            .formatted(dir, String.join(", ", unmatched)));
        }
        for (KernelModule module : graph.modules()) {
            if (!kept.contains(module)) {
                tree.remove(dir + module.path);
            }
        }
        removeEmptyDirectories();
        List<KernelModule> fresh =
                kept.stream().map(module -> new KernelModule(module.path, module.file)).toList();
        return new ModuleGraph(fresh, order);
    }

    /** What a glob may mean a module by. */
    private record Names(Path name, Path withoutSuffix, Path file) {
        static Names of(String path) {
            String file = path.startsWith("kernel/") ? path.substring("kernel/".length()) : path;
            String bare = file.endsWith(".ko") ? file.substring(0, file.length() - 3) : file;
            return new Names(
                    Path.of(KernelModule.nameOf(path)), Path.of(bare), Path.of(bare + ".ko"));
        }

        boolean match(PathMatcher matcher) {
            return matcher.matches(name) || matcher.matches(withoutSuffix) || matcher.matches(file);
        }
    }

    /** Soft dependencies are kept as well: without them a module loads but may not work. */
    private static void keep(ModuleGraph graph, KernelModule module, Set<KernelModule> kept) {
        if (!kept.add(module)) {
            return;
        }
        graph.closure(module).forEach(needed -> keep(graph, needed, kept));
        for (String soft : module.file.values("softdep")) {
            for (String name : soft.split("\\s+", -1)) {
                graph.find(name).ifPresent(needed -> keep(graph, needed, kept));
            }
        }
    }

    /** From the last path to the first, so that a directory comes after all that was in it. */
    private void removeEmptyDirectories() {
        var below = tree.entries().subMap(dir + "kernel/", true, dir + "kernel0", false);
        for (String path : List.copyOf(below.descendingKeySet())) {
            if (tree.find(path).orElseThrow() instanceof Node.Directory
                    && tree.entries().subMap(path + "/", path + "0").isEmpty()) {
                tree.remove(path);
            }
        }
    }

    private List<String> modulePaths() {
        return tree
                .entries()
                .subMap(dir, dir.substring(0, dir.length() - 1) + "0")
                .keySet()
                .stream()
                .filter(path -> path.endsWith(".ko"))
                .map(path -> path.substring(dir.length()))
                .toList();
    }

    private List<String> lines(String name) throws IOException {
        if (tree.find(dir + name).isEmpty()) {
            return List.of();
        }
        String text = new String(read(dir + name, LIST_BYTES_MAX), StandardCharsets.UTF_8);
        return text.lines().filter(line -> !line.isBlank()).toList();
    }

    private byte[] read(String path, int bytesMax) throws IOException {
        Content content =
                tree.content(path).orElseThrow(() -> new IOException(path + " is not a file"));
        if (content.size() > bytesMax) {
            throw new IOException(path + " is larger than " + bytesMax + " bytes");
        }
        try (InputStream in = content.open()) {
            return in.readNBytes(bytesMax);
        }
    }
}
