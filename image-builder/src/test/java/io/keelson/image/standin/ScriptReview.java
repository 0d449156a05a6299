package io.keelson.image.standin;

import io.keelson.image.deb.DebStore;
import io.keelson.image.deb.UnpackedDeb;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * For whoever reviews scripts: prints the lines of packages' scripts that are not known by
 * themselves, then what to write into reviewed-scripts.txt. Arguments: .deb files.
 */
final class ScriptReview {
    private static final int HASHES_A_LINE = 8;

    private ScriptReview() {}

    public static void main(String[] args) throws Exception {
        Path store = Files.createTempDirectory("script-review-");
        for (String arg : args) {
            UnpackedDeb deb =
                    new DebStore(store).open(new DebStore.Source(Path.of(arg), "review", arg));
            String name =
                    new String(deb.control().get("control"), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.startsWith("Package: "))
                            .map(line -> line.substring("Package: ".length()))
                            .findFirst()
                            .orElseThrow();
            Set<String> hashes = new LinkedHashSet<>();
            deb.scripts()
                    .forEach((script, text) -> {
                        System.out.println("# " + name + " " + script);
                        for (String line : MaintainerScripts.unknown(text, new TreeSet<>())) {
                            System.out.println("#   " + line);
                            hashes.add(ReviewedScripts.hash(name, line));
                        }
                    });
            System.out.println(ReviewedScripts.key(name) + ": WHAT TAKES THEIR PLACE");
            List<String> all = new ArrayList<>(hashes);
            for (int i = 0; i < all.size(); i += HASHES_A_LINE) {
                System.out.println(
                        "  "
                                + String.join(
                                        " ",
                                        all.subList(i, Math.min(all.size(), i + HASHES_A_LINE))));
            }
            Files.delete(store.resolve("review.pack3"));
        }
    }
}
