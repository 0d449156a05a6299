package io.keelson.image.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.image.OracleTool;
import io.keelson.image.compress.Compression;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A release after a security update: what did not change stays where it was. */
final class StablePlacesTest {
    private static final Pattern FIRST_EXTENT = Pattern.compile("(?m)^ *0:.*: +(\\d+)\\.\\.");

    @TempDir Path dir;

    @Test
    void filesThatDidNotChangeKeepTheirPlaceWhenOthersGrow() throws Exception {
        SortedMap<String, Integer> old = files();
        SortedMap<String, Integer> next = files();
        next.put("/lib/x86_64-linux-gnu/libcrypto.so.3", 6_300_000 + 9 * 4096);
        next.put("/lib/modules/6.12/m050.ko", 400_000 + 3 * 4096);
        next.put("/lib/modules/6.12/m051a.ko", 30_000);
        next.put("/bin/openssl", 1_003_000 + 4096);

        var before = places(old, "old");
        var after = places(next, "new");

        long kept =
                old.keySet().stream()
                        .filter(path -> Objects.equals(old.get(path), next.get(path)))
                        .filter(path -> Objects.equals(before.get(path), after.get(path)))
                        .count();
        // Only what follows the added module in its own directory may have moved.
        assertThat(old.size() - kept).isBetween(3L, 120L);
        for (String path : old.keySet()) {
            if (!path.startsWith("/lib/modules/")
                    && Objects.equals(old.get(path), next.get(path))) {
                assertThat(after.get(path)).describedAs(path).isEqualTo(before.get(path));
            }
        }
    }

    private static SortedMap<String, Integer> files() {
        SortedMap<String, Integer> files = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            files.put("/bin/p%03d".formatted(i), 40_000 + i * 1111);
            files.put("/lib/modules/6.12/m%03d.ko".formatted(i), 400_000);
            files.put("/lib/x86_64-linux-gnu/lib%03d.so".formatted(i), 90_000 + i * 777);
            files.put("/share/zoneinfo/z%03d".formatted(i), 5_200 + i);
        }
        files.put("/bin/openssl", 1_003_000);
        files.put("/lib/x86_64-linux-gnu/libcrypto.so.3", 6_300_000);
        return files;
    }

    private SortedMap<String, Long> places(SortedMap<String, Integer> files, String name)
            throws Exception {
        RootTree tree = new RootTree();
        for (var file : files.entrySet()) {
            Content content = Content.of(new byte[file.getValue()]);
            tree.put("/usr" + file.getKey(), new Node.RegularFile(Metadata.FILE, content), "test");
        }
        Path image = dir.resolve(name);
        ErofsImage.write(tree.below("/usr"), new ErofsImage.Format(0, Compression.NONE), image);
        SortedMap<String, Long> places = new TreeMap<>();
        for (String path : files.keySet()) {
            String extents = OracleTool.run("dump.erofs", "-e", "--path=" + path, image.toString());
            Matcher first = FIRST_EXTENT.matcher(extents);
            assertThat(first.find()).describedAs(extents).isTrue();
            places.put(path, Long.valueOf(first.group(1)));
        }
        return places;
    }
}
