package io.keelson.image.kmod;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the files that depmod(8) writes, as depmod of kmod 30 to 34 does. */
final class Depmod {
    private static final Pattern DEVICE = Pattern.compile("(char|block)-major-(\\d+)-(\\d+)");

    private final ModuleGraph graph;
    private final Map<String, byte[]> files = new TreeMap<>();

    Depmod(ModuleGraph graph) {
        this.graph = graph;
    }

    /** The index files by name. */
    Map<String, byte[]> files() {
        dependencies();
        aliases();
        softDependencies(
                "softdep",
                "modules.softdep",
                "# Soft dependencies extracted from modules themselves.\n");
        softDependencies(
                "weakdep",
                "modules.weakdep",
                "# Weak dependencies extracted from modules themselves.\n");
        symbols();
        deviceNames();
        return files;
    }

    /** The index over what is built into the kernel, from the files that come with it. */
    void builtin(List<String> builtin, byte[] modinfo) {
        IndexTrie names = new IndexTrie();
        builtin.forEach(path -> names.insert(KernelModule.nameOf(path), "", 0));
        files.put("modules.builtin.bin", names.toBytes());
        IndexTrie aliases = new IndexTrie();
        for (String line : new String(modinfo, StandardCharsets.ISO_8859_1).split("\0", -1)) {
            int dot = line.indexOf('.');
            int equals = line.indexOf('=');
            if (dot > 0 && equals > dot && line.substring(dot + 1, equals).equals("alias")) {
                normal(line.substring(equals + 1))
                        .ifPresent(alias -> aliases.insert(alias, line.substring(0, dot), 0));
            }
        }
        files.put("modules.builtin.alias.bin", aliases.toBytes());
    }

    private void dependencies() {
        StringBuilder text = new StringBuilder();
        IndexTrie index = new IndexTrie();
        for (KernelModule module : graph.modules()) {
            StringBuilder line = new StringBuilder(module.path).append(':');
            graph.closure(module).forEach(needed -> line.append(' ').append(needed.path));
            text.append(line).append('\n');
            index.insert(module.name, line.toString(), module.index);
        }
        put("modules.dep", text);
        files.put("modules.dep.bin", index.toBytes());
    }

    private void aliases() {
        StringBuilder text = new StringBuilder("# Aliases extracted from modules themselves.\n");
        IndexTrie index = new IndexTrie();
        for (KernelModule module : graph.modules()) {
            for (String alias : module.file.values("alias")) {
                normal(alias)
                        .ifPresent(name -> {
                            text.append("alias " + alias + ' ' + module.name + '\n');
                            index.insert(name, module.name, module.index);
                        });
            }
        }
        put("modules.alias", text);
        files.put("modules.alias.bin", index.toBytes());
    }

    private void softDependencies(String key, String file, String head) {
        StringBuilder text = new StringBuilder(head);
        for (KernelModule module : graph.modules()) {
            for (String value : module.file.values(key)) {
                text.append("%s %s %s\n".formatted(key, module.name, value));
            }
        }
        put(file, text);
    }

    private void symbols() {
        StringBuilder text =
                new StringBuilder("# Aliases for symbols, used by symbol_request().\n");
        IndexTrie index = new IndexTrie();
        graph.exporters()
                .forEach((symbol, owner) -> {
                    text.append("alias symbol:" + symbol + ' ' + owner.name + '\n');
                    index.insert("symbol:" + symbol, owner.name, owner.index);
                });
        put("modules.symbols", text);
        files.put("modules.symbols.bin", index.toBytes());
    }

    /** Device nodes to make before the module is loaded, such as /dev/net/tun. */
    private void deviceNames() {
        List<String> lines = new ArrayList<>();
        for (KernelModule module : graph.modules()) {
            Optional<String> name = Optional.empty();
            Optional<String> device = Optional.empty();
            for (String alias : module.file.values("alias")) {
                Matcher numbers = DEVICE.matcher(alias);
                if (alias.startsWith("devname:")) {
                    name = Optional.of(alias.substring("devname:".length()));
                } else if (numbers.matches()) {
                    char type = numbers.group(1).charAt(0);
                    device = Optional.of(type + numbers.group(2) + ":" + numbers.group(3));
                }
            }
            if (name.isPresent() && device.isPresent()) {
                lines.add("%s %s %s\n".formatted(module.name, name.get(), device.get()));
            }
        }
        StringBuilder text = new StringBuilder();
        if (!lines.isEmpty()) {
            text.append("# Device nodes to trigger on-demand module loading.\n");
            lines.forEach(text::append);
        }
        put("modules.devname", text);
    }

    private void put(String name, StringBuilder text) {
        files.put(name, text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Hyphens become underscores except inside of brackets; empty if brackets do not match. */
    private static Optional<String> normal(String alias) {
        StringBuilder text = new StringBuilder(alias.length());
        boolean inside = false;
        for (int i = 0; i < alias.length(); i++) {
            char c = alias.charAt(i);
            if ((c == ']' && !inside) || c >= 128) {
                return Optional.empty();
            }
            inside = c == '[' || (inside && c != ']');
            text.append(c == '-' && !inside ? '_' : c);
        }
        return inside ? Optional.empty() : Optional.of(text.toString());
    }
}
