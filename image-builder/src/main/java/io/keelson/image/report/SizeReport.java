package io.keelson.image.report;

import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * How large what is in /usr is.
 *
 * @param total all files
 * @param byPackage by the package's name and version; what is no package's is under who made it
 * @param byDirectory of the upper directories, with all that is below them
 */
public record SizeReport(Size total, Map<String, Size> byPackage, Map<String, Size> byDirectory) {
    private static final String TOP = "/usr";
    private static final String PACKAGE = "package ";
    private static final int DEPTH_MAX = 4;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public SizeReport {
        byPackage = Map.copyOf(byPackage);
        byDirectory = Map.copyOf(byDirectory);
    }

    /** Of some files. */
    public record Size(long bytes, int files) {
        private Size plus(Size other) {
            return new Size(bytes + other.bytes(), files + other.files());
        }
    }

    /** Counts the bytes of every regular file; a second name of one costs nothing. */
    public static SizeReport of(RootTree tree) {
        Map<String, Size> packages = new TreeMap<>();
        Map<String, Size> directories = new TreeMap<>();
        Size total = new Size(0, 0);
        for (var entry : tree.entries().subMap(TOP + "/", TOP + "0").entrySet()) {
            if (entry.getValue() instanceof Node.RegularFile(var _, var content)) {
                Size size = new Size(content.size(), 1);
                total = total.plus(size);
                packages.merge(owner(tree.originOf(entry.getKey())), size, Size::plus);
                int depth = 0;
                for (int slash = entry.getKey().indexOf('/', 1);
                        slash > 0 && depth < DEPTH_MAX;
                        slash = entry.getKey().indexOf('/', slash + 1)) {
                    directories.merge(entry.getKey().substring(0, slash), size, Size::plus);
                    depth++;
                }
            }
        }
        return new SizeReport(total, packages, directories);
    }

    /** The largest first, as JSON; the same tree gives the same bytes. */
    public String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("bytes", total.bytes()).put("files", total.files());
        fill(root.putArray("packages"), "name", byPackage);
        fill(root.putArray("directories"), "path", byDirectory);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void fill(ArrayNode array, String key, Map<String, Size> sizes) {
        sizes.entrySet().stream()
                .sorted(
                        Comparator.comparingLong(
                                        (Map.Entry<String, Size> e) -> e.getValue().bytes())
                                .reversed()
                                .thenComparing(Map.Entry::getKey))
                .forEach(entry ->
                        array.addObject()
                                .put(key, entry.getKey())
                                .put("bytes", entry.getValue().bytes())
                                .put("files", entry.getValue().files()));
    }

    /** Our own files have the build machine's paths for their origin, which tell nobody else. */
    private static String owner(String origin) {
        if (origin.startsWith(PACKAGE)) {
            return origin.substring(PACKAGE.length());
        }
        return origin.contains("/") || origin.startsWith("keelson") ? "keelson" : origin;
    }
}
