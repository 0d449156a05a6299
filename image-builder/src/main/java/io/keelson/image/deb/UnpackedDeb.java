package io.keelson.image.deb;

import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is in a .deb.
 *
 * @param control the control files by name, for example {@code postinst} or {@code conffiles}
 * @param files the entries of the data member, in its order, with paths as the package has them
 */
public record UnpackedDeb(Map<String, byte[]> control, List<Entry> files) {
    private static final List<String> SCRIPTS = List.of("preinst", "postinst");

    /** Directories that are links in a merged /usr; the tree knows them without being told. */
    private static final Set<String> MERGED =
            Set.of("/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32");

    public UnpackedDeb {
        control = Map.copyOf(control);
        files = List.copyOf(files);
    }

    /** One path with what is there. */
    public record Entry(String path, Node node) {}

    /**
     * The maintainer scripts that an installation would run, by name. Those that run when a package
     * goes away have nothing to do in an image.
     */
    public Map<String, String> scripts() {
        Map<String, String> found = new TreeMap<>();
        for (String name : SCRIPTS) {
            byte[] script = control.get(name);
            if (script != null) {
                found.put(name, new String(script, StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    /** The package's triggers file, one directive a line. */
    public List<String> triggers() {
        byte[] triggers = control.getOrDefault("triggers", new byte[0]);
        List<String> lines = new ArrayList<>();
        for (String line : new String(triggers, StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(line.strip());
            }
        }
        return lines;
    }

    /** Adds all files to a tree. */
    public void addTo(RootTree tree, String origin) throws IOException {
        for (Entry entry : files) {
            if (!MERGED.contains(entry.path())) {
                tree.put(entry.path(), entry.node(), origin);
            }
        }
    }
}
