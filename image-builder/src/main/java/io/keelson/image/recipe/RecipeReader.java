package io.keelson.image.recipe;

import io.keelson.image.compress.Compression;
import io.keelson.image.recipe.TreeChanges.AddedFile;
import io.keelson.image.recipe.TreeChanges.AddedSymlink;
import io.keelson.image.recipe.TreeChanges.AddedTree;
import io.keelson.image.recipe.TreeChanges.Additions;
import io.keelson.image.recipe.TreeChanges.Units;
import io.keelson.image.tree.Content;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads recipe files into {@link Recipe}. */
final class RecipeReader {
    private static final int RECIPE_BYTES_MAX = 1 << 20;
    private static final int EXTENDS_DEPTH_MAX = 8;
    private static final long DEFAULT_DISK_MIB = 8192;
    private static final long DEFAULT_PAYLOAD_LEVEL = 12;
    private static final long DEFAULT_SECTOR_SIZE = 512;
    private static final long DEFAULT_TRIES = 3;

    /** Release date of Debian 13; any fixed time would do. */
    private static final long DEFAULT_EPOCH = 1_754_697_600L;

    static final Set<String> KEYS =
            ordered(
                    "extends name arch epoch suites components repositories packages essential"
                            + " exclude kernel scriptWaivers modules"
                            + " initrdModules files symlinks trees remove ids capabilities units"
                            + " kernelArguments diskSizeMiB sectorSize compression payloadLevel"
                            + " tries");
    private static final Set<String> FILE_KEYS = ordered("path mode content source");
    private static final Set<String> SYMLINK_KEYS = ordered("path target");
    private static final Set<String> TREE_KEYS = ordered("path source");
    private static final Set<String> REPOSITORY_KEYS = ordered("name uri suite components keyring");
    private static final Set<String> UNIT_KEYS = ordered("enable mask");

    private RecipeReader() {}

    /**
     * Reads a recipe.
     *
     * @param otherArch Debian's name of the architecture instead of the recipe's
     */
    static Recipe read(Path file, Optional<String> otherArch) throws IOException {
        RecipeSection all = load(file.toAbsolutePath().normalize(), 0);
        try {
            return build(all, otherArch.orElse(all.text("arch", "amd64")));
        } catch (IllegalArgumentException e) {
            throw new RecipeException(file, "" + e.getMessage(), e);
        }
    }

    private static Recipe build(RecipeSection all, String arch) throws IOException {
        RecipeSection units = all.section("units", UNIT_KEYS);
        Additions additions = additions(all);
        return new Recipe(
                new Identity(all.text("name"), arch, all.number("epoch", DEFAULT_EPOCH)),
                new PackageSelection(
                        new PackageSelection.Sources(
                                all.texts("suites"), components(all), repositories(all)),
                        all.texts("packages"),
                        all.flag("essential", false),
                        new LinkedHashSet<>(all.texts("exclude")),
                        all.text("kernel").replace("{arch}", arch),
                        all.textMap("scriptWaivers")),
                new ModuleSelection(all.texts("modules"), all.texts("initrdModules")),
                new TreeChanges(
                        additions,
                        all.texts("remove"),
                        all.numberMap("ids"),
                        all.textMap("capabilities"),
                        new Units(units.texts("enable"), units.texts("mask"))),
                new OutputOptions(
                        all.texts("kernelArguments"),
                        all.number("diskSizeMiB", DEFAULT_DISK_MIB) << 20,
                        Math.toIntExact(all.number("sectorSize", DEFAULT_SECTOR_SIZE)),
                        Compression.of(all.text("compression", Compression.NONE.word())),
                        Math.toIntExact(all.number("payloadLevel", DEFAULT_PAYLOAD_LEVEL)),
                        Math.toIntExact(all.number("tries", DEFAULT_TRIES))));
    }

    private static List<String> components(RecipeSection section) throws IOException {
        List<String> components = section.texts("components");
        return components.isEmpty() ? List.of("main") : components;
    }

    private static List<Repository> repositories(RecipeSection all) throws IOException {
        List<Repository> repositories = new ArrayList<>();
        for (RecipeSection item : all.sections("repositories", REPOSITORY_KEYS)) {
            String name = item.text("name");
            Path keyring = item.resolve(item.text("keyring"));
            if (!Files.isRegularFile(keyring)) {
                throw new RecipeException(
                        item.file(),
                        "repository %s has no keyring: %s is missing".formatted(name, keyring));
            }
            repositories.add(
                    new Repository(
                            name,
                            URI.create(item.text("uri")),
                            item.text("suite"),
                            components(item),
                            keyring));
        }
        return repositories;
    }

    private static Additions additions(RecipeSection all) throws IOException {
        List<AddedFile> files = new ArrayList<>();
        for (RecipeSection item : all.sections("files", FILE_KEYS)) {
            files.add(new AddedFile(item.path("path"), item.mode("mode", 0644), content(item)));
        }
        List<AddedSymlink> links = new ArrayList<>();
        for (RecipeSection item : all.sections("symlinks", SYMLINK_KEYS)) {
            links.add(new AddedSymlink(item.path("path"), item.text("target")));
        }
        List<AddedTree> trees = new ArrayList<>();
        for (RecipeSection item : all.sections("trees", TREE_KEYS)) {
            trees.add(new AddedTree(item.path("path"), source(item)));
        }
        return new Additions(files, links, trees);
    }

    private static Content content(RecipeSection item) throws IOException {
        boolean inline = item.has("content");
        if (inline == item.has("source")) {
            throw new RecipeException(
                    item.file(), "file " + item.text("path") + " needs either content or source");
        }
        if (inline) {
            return Content.of(item.text("content").getBytes(StandardCharsets.UTF_8));
        }
        return Content.of(source(item));
    }

    private static Path source(RecipeSection item) throws IOException {
        Path source = item.resolve(item.text("source"));
        if (!Files.exists(source)) {
            throw new RecipeException(
                    item.file(), item.text("path") + " has no source: " + source + " is missing");
        }
        return source;
    }

    private static RecipeSection load(Path file, int depth) throws IOException {
        if (depth > EXTENDS_DEPTH_MAX) {
            throw new RecipeException(file, "extends goes deeper than " + EXTENDS_DEPTH_MAX);
        }
        RecipeSection here = RecipeSection.top(file, parse(file), KEYS);
        if (!here.has("extends")) {
            return here;
        }
        return here.over(load(here.resolve(here.text("extends")), depth + 1));
    }

    private static Map<String, Object> parse(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(RECIPE_BYTES_MAX + 1);
        }
        if (bytes.length > RECIPE_BYTES_MAX) {
            throw new RecipeException(file, "is larger than " + RECIPE_BYTES_MAX + " bytes");
        }
        try {
            Object root =
                    new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
                            .loadFromString(new String(bytes, StandardCharsets.UTF_8));
            if (!(root instanceof Map<?, ?> map)) {
                throw new RecipeException(file, "is not a map of keys");
            }
            Map<String, Object> texts = new LinkedHashMap<>();
            map.forEach((key, value) -> texts.put(String.valueOf(key), value));
            return texts;
        } catch (YamlEngineException e) {
            throw new RecipeException(file, "is not YAML: " + e.getMessage(), e);
        }
    }

    private static Set<String> ordered(String words) {
        return new LinkedHashSet<>(List.of(words.split(" ", -1)));
    }
}
