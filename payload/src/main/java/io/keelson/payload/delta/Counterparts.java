package io.keelson.payload.delta;

import io.keelson.payload.delta.ErofsFiles.Span;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the old file that a new one most likely comes from: the one of the same path, else of the
 * same path but for version numbers, else of the same name but for version numbers.
 */
final class Counterparts {
    private static final Pattern VERSION = Pattern.compile("[0-9]+([.+~_-][0-9]+)*");

    private final Map<String, Span> byPath = new HashMap<>();
    private final Map<String, Span> byPathPattern = new HashMap<>();
    private final Map<String, Span> byNamePattern = new HashMap<>();

    Counterparts(List<Span> old) {
        for (Span span : old) {
            byPath.putIfAbsent(span.path(), span);
            byPathPattern.putIfAbsent(pattern(span.path()), span);
            byNamePattern.putIfAbsent(pattern(name(span.path())), span);
        }
    }

    Optional<Span> of(Span next) {
        String path = next.path();
        Span found = byPath.get(path);
        if (found == null) {
            found = byPathPattern.get(pattern(path));
        }
        if (found == null) {
            found = byNamePattern.get(pattern(name(path)));
        }
        return Optional.ofNullable(found);
    }

    private static String pattern(String text) {
        return VERSION.matcher(text).replaceAll("#");
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
