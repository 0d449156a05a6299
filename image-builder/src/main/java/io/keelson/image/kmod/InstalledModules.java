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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        List<String> builtin = lines("modules.builtin");
        Set<KernelModule> kept = new LinkedHashSet<>();
        List<String> unmatched = new ArrayList<>();
        for (String name : selection.initrd()) {
            graph.find(ModuleSelection.name(name)).ifPresent(module -> keep(graph, module, kept));
        }
        for (String glob : selection.keep()) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            List<KernelModule> matching =
                    graph.modules().stream().filter(m -> matches(matcher, m.path)).toList();
            if (matching.isEmpty() && builtin.stream().noneMatch(m -> matches(matcher, m))) {
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

    private static boolean matches(PathMatcher matcher, String path) {
        String below = path.replaceFirst("^kernel/", "").replaceFirst("\\.ko$", "");
        return matcher.matches(Path.of(KernelModule.nameOf(path)))
                || matcher.matches(Path.of(below))
                || matcher.matches(Path.of(below + ".ko"));
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

    private void removeEmptyDirectories() {
        Optional<String> empty = emptyDirectory();
        while (empty.isPresent()) {
            tree.remove(empty.get());
            empty = emptyDirectory();
        }
    }

    private Optional<String> emptyDirectory() {
        for (var entry :
                tree.entries()
                        .subMap(dir + "kernel/", true, dir + "kernel0", false)
                        .descendingMap()
                        .entrySet()) {
            String path = entry.getKey();
            if (entry.getValue() instanceof Node.Directory
                    && tree.entries().subMap(path + "/", path + "0").isEmpty()) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
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
