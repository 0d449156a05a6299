package io.keelson.engine.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The merged settings as text, read by type; a failure names key, value and what is allowed. */
record Values(Map<String, String> texts) {
    private static final Pattern ADDRESS = Pattern.compile("\\[?([0-9a-f.:]+?)\\]?:(\\d{1,5})");
    private static final int PORT_MAX = 65_535;

    String text(String key) {
        return texts.getOrDefault(key, "");
    }

    String name(String key) throws ConfigException {
        String value = text(key);
        if (!value.matches("[0-9A-Za-z._-]{1,64}")) {
            throw new ConfigException(
                    key + "=" + value + " is not a name of letters, digits and . _ -");
        }
        return value;
    }

    /** A file's name; none if there is no text. */
    Optional<Path> file(String key) throws ConfigException {
        String name = text(key);
        if (!name.isEmpty() && !name.startsWith("/")) {
            throw new ConfigException(key + "=" + name + " is not an absolute file name");
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
    }

    /** An address that only this host can reach; none if there is no text. */
    Optional<InetSocketAddress> loopback(String key) throws ConfigException {
        String value = text(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Matcher parts = ADDRESS.matcher(value);
        if (parts.matches() && Integer.parseInt(parts.group(2)) <= PORT_MAX) {
            try {
                InetAddress address = InetAddress.ofLiteral(parts.group(1));
                if (address.isLoopbackAddress()) {
                    return Optional.of(
                            new InetSocketAddress(address, Integer.parseInt(parts.group(2))));
                }
            } catch (IllegalArgumentException _) {
                // A name, which is said below: names are not looked up here.
            }
        }
        throw new ConfigException(
                key + "=" + value + " is not a loopback address with a port: 127.0.0.1:PORT");
    }

    Duration seconds(String key, long min, long max) throws ConfigException {
        return Duration.ofSeconds(number(key, min, max));
    }

    long number(String key, long min, long max) throws ConfigException {
        String value = text(key);
        if (value.matches("[0-9]{1,9}")) {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw new ConfigException(
                "%s=%s is not a number from %d to %d".formatted(key, value, min, max));
    }

    List<URI> urls(String key) throws ConfigException {
        var urls = new ArrayList<URI>();
        for (String word : words(key)) {
            urls.add(url(key, word));
        }
        return List.copyOf(urls);
    }

    static URI url(String key, String value) throws ConfigException {
        try {
            var url = new URI(value);
            String scheme = url.getScheme();
            boolean isWeb = "http".equals(scheme) || "https".equals(scheme);
            if (isWeb && url.getHost() != null && isPort(url.getPort())) {
                return url;
            }
        } catch (URISyntaxException _) {
            // Falls through to the one sentence below, which says more than the parser's index.
        }
        throw new ConfigException(key + "=" + value + " is not an http or https URL");
    }

    /** Also true of no port at all. */
    static boolean isPort(int port) {
        return port <= PORT_MAX && port != 0;
    }

    List<String> words(String key) {
        var words = new ArrayList<String>();
        for (String word : text(key).split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return List.copyOf(words);
    }
}
