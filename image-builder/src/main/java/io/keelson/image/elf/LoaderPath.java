package io.keelson.image.elf;

import io.keelson.image.tree.Content;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Why an image needs no ld.so.cache: Debian's ld.so searches the directories of its architecture by
 * itself. A package that brings libraries elsewhere, by a file in /etc/ld.so.conf.d, would need
 * one.
 */
public final class LoaderPath {
    private static final String CONFIGURATION = "/usr/share/factory/etc/ld.so.conf.d";
    private static final int CONFIGURATION_BYTES_MAX = 64 << 10;
    private static final List<String> SEARCHED =
            List.of(
                    "/lib/",
                    "/usr/lib/",
                    "/lib64/",
                    "/usr/lib64/",
                    "/lib/x86_64-linux-gnu/",
                    "/usr/lib/x86_64-linux-gnu/",
                    "/lib/aarch64-linux-gnu/",
                    "/usr/lib/aarch64-linux-gnu/");

    private LoaderPath() {}

    /** Fails if a library is where nobody would find it. */
    public static void require(RootTree tree) throws IOException {
        for (String file :
                tree.entries().subMap(CONFIGURATION + "/", CONFIGURATION + "0").keySet()) {
            Content content = tree.content(file).orElse(Content.of(new byte[0]));
            String text;
            try (InputStream in = content.open()) {
                text = new String(in.readNBytes(CONFIGURATION_BYTES_MAX), StandardCharsets.UTF_8);
            }
            for (String line : text.lines().map(String::strip).toList()) {
                String directory = line.endsWith("/") ? line : line + "/";
                if (line.startsWith("/") && !SEARCHED.contains(directory)) {
                    refuseLibraries(tree, directory, file);
                }
            }
        }
    }

    private static void refuseLibraries(RootTree tree, String directory, String file)
            throws IOException {
        String end = directory.substring(0, directory.length() - 1) + "0";
        for (String path : tree.entries().subMap(directory, end).keySet()) {
            if (path.indexOf('/', directory.length()) < 0 && path.contains(".so")) {
                throw new IOException(
                        "%s of %s is found only through an ld.so.cache, which images do without (%s): link it into /usr/lib in the recipe, or exclude the package"
                                .formatted(path, tree.originOf(path), file));
            }
        }
    }
}
