package io.keelson.image;

import io.keelson.image.archive.Mirrors;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;
import io.keelson.image.progress.Progress;
import io.keelson.image.recipe.Recipe;
import io.keelson.image.rootfs.PackageSource;
import io.keelson.image.rootfs.RootTreeBuilder;
import io.keelson.image.runtime.JdkPin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Pins everything from outside that an image is made of: packages and the JDK. */
public final class ImageLock {
    static final Path DEBIAN_KEYRINGS = Path.of("/usr/share/keyrings");

    private ImageLock() {}

    /**
     * What to pin.
     *
     * @param recipe the recipe's file
     * @param suites instead of the recipe's, unless empty
     * @param arch Debian's name of the architecture instead of the recipe's
     * @param mirrors where packages come from
     * @param host our own programs: with some there is a Java runtime in the image
     * @param cache directory of downloads, shared by builds
     * @param offline take lists from the cache only
     * @param clock only used to refuse a package list that has expired
     */
    public record Request(
            Path recipe,
            List<String> suites,
            Optional<String> arch,
            Mirrors mirrors,
            HostSoftware host,
            Path cache,
            boolean offline,
            InstantSource clock) {
        public Request {
            suites = List.copyOf(suites);
            cache = cache.toAbsolutePath().normalize();
        }
    }

    /** Chooses the newest packages that satisfy a recipe. */
    public static Lock run(Request request, Progress progress)
            throws IOException, InterruptedException {
        Recipe recipe = Recipe.read(request.recipe(), request.arch());
        if (!request.suites().isEmpty()) {
            recipe = recipe.withSuites(request.suites());
        }
        PackageSource source =
                new PackageSource(
                        request.mirrors(),
                        DEBIAN_KEYRINGS,
                        request.cache(),
                        request.offline(),
                        request.clock());
        Lock lock = new RootTreeBuilder(source, progress).lock(recipe);
        return withJdk(lock, request.host(), request.cache(), "the lock");
    }

    /** Reads a lock that a build was given, and makes sure that it speaks of this JDK. */
    static Lock read(Path file, HostSoftware host, Path cache) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(
                    "there is no lock %s: make one with 'keelson image lock --out %s'"
                            .formatted(file, file));
        }
        try (InputStream in = Files.newInputStream(file)) {
            return withJdk(Lock.read(in), host, cache, file.toString());
        }
    }

    /** A lock from before the recipe asked for one more package would leave that out in silence. */
    static void requireAll(Lock lock, Recipe recipe, Path file) throws IOException {
        Set<String> pinned =
                lock.packages().stream().map(LockedPackage::name).collect(Collectors.toSet());
        List<String> missing =
                Stream.concat(
                                recipe.selection().packages().stream(),
                                Stream.of(recipe.selection().kernel()))
                        .filter(name -> !pinned.contains(name))
                        .toList();
        if (!missing.isEmpty()) {
            throw new IOException(
                    "%s does not pin %s, which the recipe asks for: lock again"
                            .formatted(file, String.join(", ", missing)));
        }
    }

    static Lock withJdk(Lock lock, HostSoftware host, Path cache, String name) throws IOException {
        if (host.jars().isEmpty()) {
            return lock;
        }
        Lock.Jdk own = JdkPin.of(host.javaHome(), cache);
        if (lock.jdk().isPresent() && !lock.jdk().get().equals(own)) {
            Lock.Jdk pinned = lock.jdk().get();
            throw new IOException(
                    "%s pins JDK %s (sha256 %s), but %s is JDK %s (sha256 %s): set JAVA_HOME to the pinned one, or lock again"
                            .formatted(
                                    name,
                                    pinned.version(),
                                    pinned.sha256(),
                                    host.javaHome(),
                                    own.version(),
                                    own.sha256()));
        }
        return lock.with(own);
    }
}
