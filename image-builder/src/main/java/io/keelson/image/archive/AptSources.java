package io.keelson.image.archive;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads sources.list(5), both the one-line and the deb822 format. */
final class AptSources {
    private static final String MIRROR_LIST = "mirror+file:";

    private record Source(URI uri, List<String> suites, List<String> components) {}

    private final Path aptDir;

    AptSources(Path aptDir) {
        this.aptDir = aptDir;
    }

    Mirrors mirrors() throws IOException {
        List<Source> sources = new ArrayList<>();
        for (Path file : files()) {
            sources.addAll(file.toString().endsWith(".sources") ? deb822(file) : oneLine(file));
        }
        Optional<URI> main = first(sources, false);
        if (main.isEmpty()) {
            throw new ArchiveException(
                    "no Debian mirror is configured for apt in " + aptDir + "; pass --mirror URL");
        }
        Optional<URI> security =
                first(sources, true).or(() -> besideMain(Mirrors.directory(main.get())));
        if (security.isEmpty()) {
            throw new ArchiveException(
                    "no Debian security mirror is configured for apt in "
                            + aptDir
                            + "; pass --security-mirror URL");
        }
        return new Mirrors(main.get(), security.get());
    }

    /** Mirrors of other projects (Node.js, Docker) have no suite with a Debian-like shape. */
    private static Optional<URI> first(List<Source> sources, boolean security) {
        return sources.stream()
                .filter(source -> source.components().contains("main"))
                .filter(source -> source.suites().stream().anyMatch(s -> fits(s, security)))
                .map(Source::uri)
                .findFirst();
    }

    /**
     * A machine set up by debootstrap has no security suite, but mirrors of Debian keep both
     * archives side by side under these names; what is fetched is verified wherever it comes from.
     */
    private static Optional<URI> besideMain(URI main) {
        return main.getPath().endsWith("/debian/")
                ? Optional.of(main.resolve("../debian-security/"))
                : Optional.empty();
    }

    private static boolean fits(String suite, boolean security) {
        String name = suite.endsWith("/updates") ? suite.replace("/updates", "-security") : suite;
        return Mirrors.isSecurity(name) == security && Mirrors.isDebian(name);
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Path single = aptDir.resolve("sources.list");
        if (Files.isRegularFile(single)) {
            files.add(single);
        }
        Path parts = aptDir.resolve("sources.list.d");
        if (Files.isDirectory(parts)) {
            try (Stream<Path> list = Files.list(parts)) {
                list.filter(f -> f.toString().matches(".*\\.(list|sources)"))
                        .sorted()
                        .forEach(files::add);
            }
        }
        return files;
    }

    private static List<Source> deb822(Path file) throws IOException {
        List<Source> sources = new ArrayList<>();
        try (var reader = Files.newBufferedReader(file)) {
            for (Optional<Map<String, String>> next = Deb822.next(reader);
                    next.isPresent();
                    next = Deb822.next(reader)) {
                Map<String, String> stanza = next.get();
                boolean binary = words(stanza.getOrDefault("Types", "")).contains("deb");
                boolean enabled = !stanza.getOrDefault("Enabled", "yes").matches("(?i)no|false|0");
                if (binary && enabled) {
                    List<String> suites = words(stanza.getOrDefault("Suites", ""));
                    List<String> components = words(stanza.getOrDefault("Components", ""));
                    for (String uri : words(stanza.getOrDefault("URIs", ""))) {
                        web(uri).ifPresent(u -> sources.add(new Source(u, suites, components)));
                    }
                }
            }
        }
        return sources;
    }

    private static List<Source> oneLine(Path file) throws IOException {
        List<Source> sources = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String plain = line.replaceFirst("#.*", "").replaceFirst("\\[[^]]*\\]", " ");
            List<String> words = words(plain);
            if (words.size() > 2 && words.getFirst().equals("deb")) {
                web(words.get(1))
                        .ifPresent(uri ->
                                sources.add(
                                        new Source(
                                                uri,
                                                List.of(words.get(2)),
                                                words.subList(3, words.size()))));
            }
        }
        return sources;
    }

    private static Optional<URI> web(String uri) throws IOException {
        if (uri.startsWith(MIRROR_LIST)) {
            // apt-transport-mirror(1): a file with an address per line, as cloud images have it.
            Path list = Path.of(uri.substring(MIRROR_LIST.length()));
            try (Stream<String> lines = Files.lines(list)) {
                return lines.map(line -> words(line).stream().findFirst().orElse(""))
                        .filter(AptSources::isWeb)
                        .map(URI::create)
                        .findFirst();
            }
        }
        return isWeb(uri) ? Optional.of(URI.create(uri)) : Optional.empty();
    }

    private static boolean isWeb(String uri) {
        return uri.startsWith("http://") || uri.startsWith("https://");
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
    }
}
