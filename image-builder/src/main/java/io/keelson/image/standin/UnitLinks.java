package io.keelson.image.standin;

import io.keelson.image.recipe.TreeChanges.Units;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Enables units below /usr, where an update replaces the choice, instead of in /etc where it would
 * stay for ever. What systemctl enable reads: systemd.unit(5), "[Install] section options".
 */
public final class UnitLinks {
    private static final String DIR = "/usr/lib/systemd/system";
    private static final String ORIGIN = "units of the recipe";

    private final TreeText files;

    private UnitLinks(RootTree tree) {
        files = new TreeText(tree, ORIGIN);
    }

    /** Enables, masks, and keeps everything else as the packages link it. */
    public static void write(RootTree tree, Units units) throws IOException {
        UnitLinks links = new UnitLinks(tree);
        for (String unit : units.enable()) {
            links.enable(unit);
        }
        for (String unit : units.mask()) {
            links.files.link(DIR + "/" + unit, "/dev/null");
        }
        // A first boot applies presets; the image has already decided.
        links.files.write("/usr/lib/systemd/system-preset/00-keelson.preset", "disable *\n");
    }

    private void enable(String unit) throws IOException {
        String template = unit.replaceFirst("@[^.]+\\.", "@.");
        String file = files.has(DIR + "/" + unit) ? unit : template;
        Map<String, List<String>> install = install(text(file));
        String target = "../" + file;
        int links = 0;
        for (String wanting : install.getOrDefault("WantedBy", List.of())) {
            files.link(DIR + "/" + wanting + ".wants/" + unit, target);
            links++;
        }
        for (String requiring : install.getOrDefault("RequiredBy", List.of())) {
            files.link(DIR + "/" + requiring + ".requires/" + unit, target);
            links++;
        }
        for (String alias : install.getOrDefault("Alias", List.of())) {
            files.link(DIR + "/" + alias, target.substring("../".length()));
            links++;
        }
        for (String also : install.getOrDefault("Also", List.of())) {
            if (!also.equals(unit) && files.has(DIR + "/" + also)) {
                enableOther(also);
                links++;
            }
        }
        if (links == 0) {
            throw new IOException(
                    "unit "
                            + unit
                            + " cannot be enabled: its [Install] section names no WantedBy, RequiredBy or Alias");
        }
    }

    /** Units that name each other in Also= would not end. */
    private void enableOther(String unit) throws IOException {
        Map<String, List<String>> install = install(files.read(DIR + "/" + unit).orElse(""));
        for (String wanting : install.getOrDefault("WantedBy", List.of())) {
            files.link(DIR + "/" + wanting + ".wants/" + unit, "../" + unit);
        }
        for (String alias : install.getOrDefault("Alias", List.of())) {
            files.link(DIR + "/" + alias, unit);
        }
    }

    private String text(String unit) throws IOException {
        return files.read(DIR + "/" + unit)
                .orElseThrow(() ->
                        new IOException(
                                "unit "
                                        + unit
                                        + " is to be enabled but is not in the image; check units: enable: in the recipe"));
    }

    private static Map<String, List<String>> install(String unit) {
        Map<String, List<String>> values = new TreeMap<>();
        boolean inside = false;
        for (String line : unit.split("\n", -1)) {
            String text = line.strip();
            if (text.startsWith("[")) {
                inside = text.equals("[Install]");
            } else if (inside && text.indexOf('=') > 0 && !text.startsWith("#")) {
                int equals = text.indexOf('=');
                List<String> words =
                        values.computeIfAbsent(
                                text.substring(0, equals).strip(), _ -> new ArrayList<>());
                for (String word : text.substring(equals + 1).split("\\s+", -1)) {
                    if (!word.isEmpty()) {
                        words.add(word);
                    }
                }
            }
        }
        return values;
    }
}
