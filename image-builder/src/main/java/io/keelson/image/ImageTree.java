package io.keelson.image;

import io.keelson.image.packages.Lock;
import io.keelson.image.progress.Progress;
import io.keelson.image.recipe.Recipe;
import io.keelson.image.report.ScriptsJson;
import io.keelson.image.report.SizeReport;
import io.keelson.image.rootfs.Assembled;
import io.keelson.image.rootfs.PackageSource;
import io.keelson.image.rootfs.RootTreeBuilder;
import io.keelson.image.rootfs.TreeRequest;
import io.keelson.image.runtime.ClassArchive;
import io.keelson.image.runtime.DistTree;
import io.keelson.image.runtime.JavaRuntime;
import io.keelson.image.runtime.RuntimeLibraries;
import io.keelson.image.sign.KeyRotation;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of an image: those of the packages and the recipe, and our own. */
final class ImageTree {
    private static final String HOME = "/usr/lib/keelson";
    private static final String UPDATE_KEYS = "/usr/share/keelson/update-keys";
    private static final String CLASS_LIST = HOME + "/keelsond.classlist";
    private static final int CLASS_LIST_BYTES_MAX = 4 << 20;

    /** As the host's launcher script lists them. */
    private static final Comparator<Path> BY_FILE_NAME =
            Comparator.comparing(jar -> jar.getFileName().toString());

    private static final String ORIGIN = "keelson's host software";

    private final BuildRequest request;
    private final Recipe recipe;
    private final Progress progress;
    private final RootTreeBuilder builder;

    /** What there is to tell about the tree, by the name of the file. */
    private final Map<String, String> reports = new TreeMap<>();

    ImageTree(BuildRequest request, Recipe recipe, Progress progress) {
        this.request = request;
        this.recipe = recipe;
        this.progress = progress;
        PackageSource source =
                new PackageSource(
                        request.mirrors(),
                        ImageLock.DEBIAN_KEYRINGS,
                        request.cache(),
                        request.options().offline(),
                        request.options().clock());
        this.builder = new RootTreeBuilder(source, progress);
    }

    /** The packages to build from: those of the given lock, or chosen now. */
    Lock lock() throws IOException, InterruptedException {
        if (request.lock().isPresent()) {
            Lock lock = ImageLock.read(request.lock().get(), request.host(), request.cache());
            if (!lock.arch().equals(recipe.identity().arch())) {
                throw new IOException(
                        "%s is for %s, the build for %s: lock again with --arch %s"
                                .formatted(
                                        request.lock().get(),
                                        lock.arch(),
                                        recipe.identity().arch(),
                                        recipe.identity().arch()));
            }
            ImageLock.requireAll(lock, recipe, request.lock().get());
            return lock;
        }
        return ImageLock.withJdk(builder.lock(recipe), request.host(), request.cache(), "the lock");
    }

    RootTree build(Lock lock) throws IOException, InterruptedException {
        TreeRequest tree =
                new TreeRequest(
                        recipe,
                        request.version().text(),
                        Optional.of(lock),
                        Optional.of(hostSoftware()));
        Assembled assembled = builder.build(tree);
        RootTree whole = assembled.tree();
        RuntimeLibraries.require(whole, HOME + "/runtime", recipe.identity().architecture());
        reports.put("scripts.json", ScriptsJson.of(assembled.scripts()));
        reports.put("sizes.json", SizeReport.of(whole).json());
        return whole;
    }

    /** Reports on the tree that was built last, by file name. */
    Map<String, String> reports() {
        return Map.copyOf(reports);
    }

    private RootTree hostSoftware() throws IOException, InterruptedException {
        RootTree tree = new RootTree();
        HostSoftware host = request.host();
        for (Path dist : host.dists()) {
            DistTree.copy(dist, tree, "/usr", dist.toString());
        }
        for (Path jar : host.jars()) {
            tree.put(HOME + "/lib/" + jar.getFileName(), file(jar), jar.toString());
        }
        if (!host.jars().isEmpty()) {
            progress.step("linking the Java runtime");
            Path runtime = JavaRuntime.link(host.javaHome(), host.linker(), request.cache());
            DistTree.copy(runtime, tree, HOME + "/runtime", ORIGIN);
            if (JavaRuntime.sameProcessor(host.javaHome(), host.linker())) {
                archiveClasses(tree, runtime);
            } else {
                // Only the JVM that reads an archive can make it; hosts start without, but slower.
                tree.remove(CLASS_LIST);
            }
        }
        // More than one while keys are rotated; the current one has to be there.
        file(request.keys().directory().resolve("update.pub.pem"));
        for (Path key : KeyRotation.trusted(request.keys().directory())) {
            tree.put(UPDATE_KEYS + "/" + key.getFileName(), file(key), ORIGIN);
        }
        return tree;
    }

    /**
     * The list that a dist directory brings becomes the archive; hosts have no use for the list.
     */
    private void archiveClasses(RootTree tree, Path runtime)
            throws IOException, InterruptedException {
        Optional<Node> list = tree.find(CLASS_LIST);
        if (list.isEmpty() || !(list.get() instanceof Node.RegularFile classes)) {
            return;
        }
        progress.step("archiving the host's classes");
        byte[] content;
        try (InputStream in = classes.content().open()) {
            content = in.readNBytes(CLASS_LIST_BYTES_MAX);
        }
        Instant fileTime = Instant.ofEpochSecond(recipe.identity().epochSeconds());
        List<Path> jars = request.host().jars().stream().sorted(BY_FILE_NAME).toList();
        byte[] archive = ClassArchive.of(runtime, jars, content, fileTime, request.cache());
        tree.put(
                HOME + "/keelsond.jsa",
                new Node.RegularFile(Metadata.FILE, Content.of(archive)),
                ORIGIN);
        tree.remove(CLASS_LIST);
    }

    private static Node file(Path file) throws IOException {
        return new Node.RegularFile(Metadata.FILE, Content.of(file));
    }
}
