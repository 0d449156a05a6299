package io.keelson.engine.health.plan;

import io.keelson.engine.health.check.RunningContainers;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One section, read by type; a failure names section, key, value and what is allowed. */
record Section(String kind, String name, Map<String, String> values) {
    private static final Pattern STATUS = Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?");
    private static final Pattern ADDRESS = Pattern.compile("\\[?([^\\s\\[\\]]+?)\\]?:(\\d{1,5})");
    private static final Pattern CONTAINER = Pattern.compile("\\w[\\w+.-]{0,127}");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([%KMGT])");
    private static final int PORT_MAX = 65_535;

    /** Two numbers that belong together. */
    record Pair(int first, int second) {}

    /** A host and a port of it. */
    record Address(String host, int port) {}

    Section {
        values = Map.copyOf(values);
    }

    String title() {
        return name.isEmpty() ? "[" + kind + "]" : "[" + kind + " " + name + "]";
    }

    HealthConfException error(String problem) {
        return new HealthConfException("health.conf " + title() + ": " + problem);
    }

    void requireKeys(Iterable<String> known) throws HealthConfException {
        var names = new TreeSet<String>();
        known.forEach(names::add);
        for (String key : values.keySet()) {
            if (!names.contains(key)) {
                throw error("unknown key %s; known: %s".formatted(key, String.join(", ", names)));
            }
        }
    }

    String required(String key) throws HealthConfException {
        String value = values.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw error(key + " is missing");
        }
        return value;
    }

    String text(String key) {
        return values.getOrDefault(key, "");
    }

    Duration seconds(String key, Duration unset, int least, int most) throws HealthConfException {
        String value = text(key);
        if (value.isEmpty()) {
            return unset;
        }
        int seconds = value.matches("\\d{1,6}") ? Integer.parseInt(value) : -1;
        if (seconds < least || seconds > most) {
            throw error(
                    "%s = %s is not a number of seconds from %d to %d"
                            .formatted(key, value, least, most));
        }
        return Duration.ofSeconds(seconds);
    }

    boolean isEnabled() throws HealthConfException {
        return switch (text("enabled")) {
            case "", "yes" -> true;
            case "no" -> false;
            default -> throw error("enabled = " + text("enabled") + " is neither yes nor no");
        };
    }

    Level level(Level unset) throws HealthConfException {
        return switch (text("level")) {
            case "" -> unset;
            case "hard" -> Level.HARD;
            case "soft" -> Level.SOFT;
            default -> throw error("level = " + text("level") + " is neither hard nor soft");
        };
    }

    URI url() throws HealthConfException {
        String value = required("url");
        try {
            var url = new URI(value);
            if (url.getHost() != null && ("" + url.getScheme()).matches("https?")) {
                return url;
            }
        } catch (URISyntaxException _) {
            // Said below, as for an URL of another kind.
        }
        throw error("url = " + value + " is not an http or https URL");
    }

    /** Names as OCI runtimes accept them. */
    List<String> containers() throws HealthConfException {
        List<String> names = List.of(required("names").strip().split("\\s+", -1));
        for (String container : names) {
            if (!CONTAINER.matcher(container).matches()) {
                throw error("names = " + text("names") + " has a word that names no container");
            }
        }
        return names;
    }

    RunningContainers.OciRuntime runtime() throws HealthConfException {
        String root = values.getOrDefault("root", "/run/runc");
        if (!root.startsWith("/")) {
            throw error("root = " + root + " is not an absolute directory");
        }
        return new RunningContainers.OciRuntime(
                values.getOrDefault("runtime", "runc"), Path.of(root));
    }

    Pair status() throws HealthConfException {
        String value = values.getOrDefault("status", "200-399");
        Matcher range = STATUS.matcher(value);
        if (!range.matches()) {
            throw error("status = " + value + " is not a status code or a range such as 200-299");
        }
        int first = Integer.parseInt(range.group(1));
        return new Pair(first, range.group(2) == null ? first : Integer.parseInt(range.group(2)));
    }

    Address address() throws HealthConfException {
        Matcher address = ADDRESS.matcher(required("address"));
        if (!address.matches() || Integer.parseInt(address.group(2)) > PORT_MAX) {
            throw error("address = " + text("address") + " is not HOST:PORT");
        }
        return new Address(address.group(1), Integer.parseInt(address.group(2)));
    }

    /** Bytes, or percent; the other one is 0. */
    long[] size(String key) throws HealthConfException {
        Matcher size = SIZE.matcher(required(key));
        if (!size.matches()) {
            throw error(key + " = " + text(key) + " is not a size such as 5%, 200M or 2G");
        }
        long number = Long.parseLong(size.group(1));
        return switch (size.group(2)) {
            case "%" -> {
                if (number >= 100) {
                    throw error(key + " = " + text(key) + " can never be met");
                }
                yield new long[] {0, number};
            }
            case "K" -> new long[] {number << 10, 0};
            case "M" -> new long[] {number << 20, 0};
            case "G" -> new long[] {number << 30, 0};
            default -> new long[] {number << 40, 0};
        };
    }
}
