package io.keelson.cli;

import io.keelson.cli.terminal.Terminal;
import io.keelson.image.HostSoftware;
import io.keelson.image.archive.Mirrors;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What an image is made of and where its packages come from. */
final class PackageOptions {
    @Option(
            names = "--recipe",
            required = true,
            paramLabel = "FILE",
            description = "what the image consists of")
    private Path recipe = Path.of("");

    @Option(
            names = "--suite",
            split = ",",
            description = "Debian suites instead of the recipe's; repeatable")
    private List<String> suites = List.of();

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "amd64 or arm64, instead of the recipe's")
    private Optional<String> arch = Optional.empty();

    @Option(
            names = "--jdk",
            paramLabel = "DIR",
            description =
                    "the JDK 25 whose runtime goes into the image (default: the running one); for another architecture it needs its jmods")
    private Optional<Path> jdk = Optional.empty();

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description = "Debian archive (default: this machine's apt sources)")
    private Optional<URI> main = Optional.empty();

    @Option(
            names = "--security-mirror",
            paramLabel = "URL",
            description = "archive of the security suites (default: likewise)")
    private Optional<URI> security = Optional.empty();

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "downloads and intermediate results, shared by all builds (default: keelson in $XDG_CACHE_HOME or ~/.cache)")
    private Optional<Path> cache = Optional.empty();

    @Option(names = "--offline", description = "use the cache only")
    private boolean offline;

    Path recipe() {
        return recipe;
    }

    List<String> suites() {
        return suites;
    }

    Optional<String> arch() {
        return arch;
    }

    /** Our own programs, with the JDK that was asked for. */
    HostSoftware host(Path home) throws IOException {
        HostSoftware host = HostLibraries.below(home);
        return jdk.map(it -> host.withJavaHome(it.toAbsolutePath().normalize())).orElse(host);
    }

    boolean offline() {
        return offline;
    }

    Mirrors mirrors() throws IOException {
        return MirrorChoice.of(main, security);
    }

    /** The XDG base directory specification leaves a relative path out of account. */
    Path cache(Terminal terminal) {
        if (cache.isPresent()) {
            return cache.get();
        }
        Optional<Path> set =
                Optional.ofNullable(terminal.environment().get("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .filter(Path::isAbsolute);
        Path home = Path.of(terminal.environment().getOrDefault("HOME", "/root"));
        return set.orElse(home.resolve(".cache")).resolve("keelson");
    }
}
