package io.keelson.image.kmod;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All modules of one kernel, in depmod's order, with who needs whom. */
final class ModuleGraph {
    private final List<KernelModule> modules;
    private final Map<String, KernelModule> byName = new HashMap<>();
    private final TreeMap<String, KernelModule> exporters = new TreeMap<>();

    /**
     * @param order the lines of modules.order; those not named there come last, by path
     */
    ModuleGraph(List<KernelModule> unordered, List<String> order) throws IOException {
        Map<String, Integer> position = new HashMap<>();
        for (String line : order) {
            position.putIfAbsent(line, position.size());
        }
        modules =
                unordered.stream()
                        .sorted(
                                Comparator.comparing((KernelModule m) ->
                                                position.getOrDefault(m.path, Integer.MAX_VALUE))
                                        .thenComparing(m -> m.path))
                        .toList();
        for (KernelModule module : modules) {
            module.index = byName.size();
            byName.put(module.name, module);
            module.file.exports().forEach(symbol -> exporters.put(symbol, module));
        }
        link();
        number();
    }

    List<KernelModule> modules() {
        return modules;
    }

    Optional<KernelModule> find(String name) {
        return Optional.ofNullable(byName.get(name.replace('-', '_')));
    }

    NavigableMap<String, KernelModule> exporters() {
        return exporters;
    }

    /** All that a module needs, directly and not, in depmod's order: load from the end. */
    List<KernelModule> closure(KernelModule module) {
        Set<KernelModule> found = new LinkedHashSet<>();
        Deque<KernelModule> open = new ArrayDeque<>(module.dependencies);
        while (!open.isEmpty()) {
            KernelModule next = open.removeFirst();
            if (found.add(next)) {
                open.addAll(next.dependencies);
            }
        }
        return found.stream().sorted(Comparator.comparingInt(m -> m.depth)).toList();
    }

    private void link() {
        for (KernelModule module : modules) {
            for (String symbol : module.file.imports()) {
                KernelModule owner = exporters.get(symbol);
                if (owner != null && owner != module && !module.dependencies.contains(owner)) {
                    module.dependencies.add(owner);
                    owner.users++;
                }
            }
        }
    }

    /** Topological order by the same walk as depmod, so that lists come out the same. */
    private void number() throws IOException {
        int[] users = modules.stream().mapToInt(m -> m.users).toArray();
        List<KernelModule> roots =
                new ArrayList<>(modules.stream().filter(m -> m.users == 0).toList());
        int numbered = 0;
        while (!roots.isEmpty()) {
            KernelModule next = roots.removeLast();
            next.depth = numbered++;
            for (KernelModule dependency : next.dependencies) {
                if (--users[dependency.index] == 0) {
                    roots.add(dependency);
                }
            }
        }
        if (numbered != modules.size()) {
            throw new IOException("kernel modules depend on each other in a circle");
        }
    }
}
