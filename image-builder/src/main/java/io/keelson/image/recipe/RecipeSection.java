package io.keelson.image.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A map of a recipe file, read by key and type; remembers the file each value came from. */
final class RecipeSection {
    private record Value(Path file, Object value) {}

    private final Path file;
    private final String where;
    private final Map<String, List<Value>> values = new LinkedHashMap<>();

    private RecipeSection(Path file, String where) {
        this.file = file;
        this.where = where;
    }

    static RecipeSection top(Path file, Map<?, ?> map, Set<String> known) throws RecipeException {
        return of(file, "", map, known);
    }

    private static RecipeSection of(Path file, String where, Map<?, ?> map, Set<String> known)
            throws RecipeException {
        RecipeSection section = new RecipeSection(file, where);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (!known.contains(key)) {
                throw new RecipeException(
                        file, "unknown key " + section.name(key) + "; known: " + known);
            }
            if (entry.getValue() != null) {
                section.values.put(key, List.of(new Value(file, entry.getValue())));
            }
        }
        return section;
    }

    /** This section on top of another: lists and maps add up, single values replace. */
    RecipeSection over(RecipeSection base) {
        RecipeSection merged = new RecipeSection(file, where);
        merged.values.putAll(base.values);
        values.forEach((key, mine) ->
                merged.values.merge(
                        key,
                        mine,
                        (theirs, own) -> {
                            if (!(own.getLast().value() instanceof List<?>)
                                    && !(own.getLast().value() instanceof Map<?, ?>)) {
                                return own;
                            }
                            List<Value> both = new ArrayList<>(theirs);
                            both.addAll(own);
                            return both;
                        }));
        return merged;
    }

    Path file() {
        return file;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** A path of the recipe, relative to the directory of the file that names it. */
    Path resolve(String relative) {
        return Objects.requireNonNull(file.getParent(), "recipe has no directory")
                .resolve(relative)
                .normalize();
    }

    String text(String key) throws RecipeException {
        if (!has(key)) {
            throw new RecipeException(file, "key " + name(key) + " is missing");
        }
        return scalar(last(key), key);
    }

    String text(String key, String otherwise) throws RecipeException {
        return has(key) ? text(key) : otherwise;
    }

    String path(String key) throws RecipeException {
        String path = text(key);
        if (!path.startsWith("/") || List.of(path.split("/", -1)).contains("..")) {
            throw wrong(last(key), key, "an absolute path");
        }
        return path;
    }

    long number(String key, long otherwise) throws RecipeException {
        if (!has(key)) {
            return otherwise;
        }
        if (last(key).value() instanceof Number number) {
            return number.longValue();
        }
        throw wrong(last(key), key, "a number");
    }

    boolean flag(String key, boolean otherwise) throws RecipeException {
        if (!has(key)) {
            return otherwise;
        }
        if (last(key).value() instanceof Boolean flag) {
            return flag;
        }
        throw wrong(last(key), key, "true or false");
    }

    /** An octal mode, written in quotes ("0755") so that YAML does not read it as decimal. */
    int mode(String key, int otherwise) throws RecipeException {
        if (!has(key)) {
            return otherwise;
        }
        String text = text(key);
        if (!(last(key).value() instanceof String) || !text.matches("[0-7]{3,5}")) {
            throw wrong(last(key), key, "an octal mode in quotes such as \"0755\"");
        }
        return Integer.parseInt(text, 8);
    }

    List<String> texts(String key) throws RecipeException {
        Set<String> all = new LinkedHashSet<>();
        for (Value value : values.getOrDefault(key, List.of())) {
            if (!(value.value() instanceof List<?> list)) {
                throw wrong(value, key, "a list");
            }
            for (Object item : list) {
                all.add(scalar(new Value(value.file(), item), key));
            }
        }
        return List.copyOf(all);
    }

    Map<String, String> textMap(String key) throws RecipeException {
        Map<String, String> all = new LinkedHashMap<>();
        for (Value value : values.getOrDefault(key, List.of())) {
            if (!(value.value() instanceof Map<?, ?> map)) {
                throw wrong(value, key, "a map");
            }
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String name = String.valueOf(entry.getKey());
                all.put(name, scalar(new Value(value.file(), entry.getValue()), key));
            }
        }
        return all;
    }

    Map<String, Integer> numberMap(String key) throws RecipeException {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : textMap(key).entrySet()) {
            if (!entry.getValue().matches("[0-9]{1,9}")) {
                throw new RecipeException(
                        file, name(key) + "." + entry.getKey() + " is not a number");
            }
            all.put(entry.getKey(), Integer.valueOf(entry.getValue()));
        }
        return all;
    }

    /** A map below a key; of several files, the lists in it add up. */
    RecipeSection section(String key, Set<String> known) throws RecipeException {
        RecipeSection merged = new RecipeSection(file, name(key));
        for (Value value : values.getOrDefault(key, List.of())) {
            if (!(value.value() instanceof Map<?, ?> map)) {
                throw wrong(value, key, "a map");
            }
            merged = of(value.file(), name(key), map, known).over(merged);
        }
        return merged;
    }

    List<RecipeSection> sections(String key, Set<String> known) throws RecipeException {
        List<RecipeSection> all = new ArrayList<>();
        for (Value value : values.getOrDefault(key, List.of())) {
            if (!(value.value() instanceof List<?> list)) {
                throw wrong(value, key, "a list of maps");
            }
            for (Object item : list) {
                if (!(item instanceof Map<?, ?> map)) {
                    throw wrong(value, key, "a list of maps");
                }
                all.add(of(value.file(), name(key), map, known));
            }
        }
        return all;
    }

    private Value last(String key) {
        return Objects.requireNonNull(values.get(key), key).getLast();
    }

    private String scalar(Value value, String key) throws RecipeException {
        return switch (value.value()) {
            case String text -> text;
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            default -> throw wrong(value, key, "a single value");
        };
    }

    private RecipeException wrong(Value value, String key, String wanted) {
        return new RecipeException(
                value.file(), "%s is not %s: %s".formatted(name(key), wanted, value.value()));
    }

    private String name(String key) {
        return where.isEmpty() ? key : where + "." + key;
    }
}
