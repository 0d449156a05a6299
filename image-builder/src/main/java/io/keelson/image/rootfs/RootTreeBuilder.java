package io.keelson.image.rootfs;

import io.keelson.image.archive.ArchiveException;
import io.keelson.image.archive.Digest;
import io.keelson.image.archive.Downloads;
import io.keelson.image.archive.PackageIndex;
import io.keelson.image.deb.DebStore;
import io.keelson.image.deb.UnpackedDeb;
import io.keelson.image.elf.LoaderPath;
import io.keelson.image.kmod.InstalledModules;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;
import io.keelson.image.packages.Resolver;
import io.keelson.image.progress.Progress;
import io.keelson.image.recipe.PackageSelection;
import io.keelson.image.recipe.Recipe;
import io.keelson.image.standin.Accounts;
import io.keelson.image.standin.Alternatives;
import io.keelson.image.standin.BaseFiles;
import io.keelson.image.standin.FilePrivileges;
import io.keelson.image.standin.MaintainerScripts;
import io.keelson.image.standin.OsRelease;
import io.keelson.image.standin.PamProfiles;
import io.keelson.image.standin.ScriptReport;
import io.keelson.image.standin.UnitLinks;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a recipe to a tree: lock, download, unpack, merge, stand-ins. */
public final class RootTreeBuilder {
    private final PackageSource source;
    private final Downloads downloads;
    private final Progress progress;

    public RootTreeBuilder(PackageSource source, Progress progress) {
        this.source = source;
        this.downloads = new Downloads(source.cacheDir().resolve("archive"), source.offline());
        this.progress = progress;
    }

    /** Chooses and pins the packages of a recipe. */
    public Lock lock(Recipe recipe) throws IOException, InterruptedException {
        progress.step("choose packages");
        PackageSelection selection = recipe.selection();
        PackageIndex index =
                new PackageIndex(new Origins(source, selection).all(), downloads, source.clock());
        List<String> names = new ArrayList<>(selection.packages());
        names.add(selection.kernel());
        Resolver.Question question =
                new Resolver.Question(
                        recipe.identity().arch(),
                        selection.sourceNames(),
                        names,
                        selection.essential(),
                        selection.exclude());
        return new KeptLocks(source.cacheDir().resolve("locks"), index).get(question);
    }

    /** Makes the tree. */
    public Assembled build(TreeRequest request) throws IOException, InterruptedException {
        Recipe recipe = request.recipe();
        Lock lock = request.lock().isPresent() ? request.lock().get() : lock(recipe);
        progress.step("download " + lock.packages().size() + " packages");
        List<Path> debs = download(lock, recipe);
        progress.step("unpack packages");
        List<UnpackedDeb> unpacked =
                new DebStore(source.cacheDir().resolve("unpacked"))
                        .openAll(sources(lock, debs), progress);
        progress.step("merge packages");
        Map<String, Map<String, String>> texts = scripts(lock, unpacked);
        ScriptReport scripts = MaintainerScripts.report(texts, recipe.selection().scriptWaivers());
        RootTree tree = merged(lock, unpacked);
        BaseFiles.write(tree);
        Alternatives.write(tree, texts);
        if (request.additions().isPresent()) {
            tree.putAll(request.additions().get());
        }
        RecipeFiles.add(tree, recipe.tree().additions());
        PamProfiles.write(tree);
        Accounts.write(tree, recipe.tree().ids());
        UnitLinks.write(tree, recipe.tree().units());
        FilePrivileges.override(tree);
        FilePrivileges.write(tree, recipe.tree().capabilities());
        OsRelease.write(tree, request.version());
        String kernelVersion = kernelVersion(tree);
        progress.step("index kernel modules");
        new InstalledModules(tree, kernelVersion).index(recipe.modules());
        RecipeFiles.remove(tree, recipe.tree().remove());
        LoaderPath.require(tree);
        return new Assembled(lock, tree, kernelVersion, scripts);
    }

    private List<Path> download(Lock lock, Recipe recipe) throws IOException, InterruptedException {
        Origins origins = new Origins(source, recipe.selection());
        Map<URI, Digest> wanted = new LinkedHashMap<>();
        for (LockedPackage each : lock.packages()) {
            wanted.put(origins.location(each), each.digest());
        }
        try {
            return downloads.getAll(wanted, progress);
        } catch (Downloads.Gone e) {
            throw new ArchiveException(
                    e.getMessage()
                            + ": the mirror has dropped this version; pin what it has now with 'keelson image lock', or name an archive that keeps old versions with --mirror",
                    e);
        }
    }

    private static List<DebStore.Source> sources(Lock lock, List<Path> debs) {
        List<DebStore.Source> sources = new ArrayList<>();
        for (int i = 0; i < debs.size(); i++) {
            LockedPackage each = lock.packages().get(i);
            sources.add(
                    new DebStore.Source(debs.get(i), each.digest().sha256(), each.id().toString()));
        }
        return sources;
    }

    private static Map<String, Map<String, String>> scripts(Lock lock, List<UnpackedDeb> unpacked) {
        Map<String, Map<String, String>> scripts = new LinkedHashMap<>();
        for (int i = 0; i < unpacked.size(); i++) {
            scripts.put(lock.packages().get(i).name(), unpacked.get(i).scripts());
        }
        return scripts;
    }

    private static RootTree merged(Lock lock, List<UnpackedDeb> unpacked) throws IOException {
        RootTree tree = new RootTree();
        for (int i = 0; i < unpacked.size(); i++) {
            unpacked.get(i).addTo(tree, "package " + lock.packages().get(i).id());
        }
        return tree;
    }

    private static String kernelVersion(RootTree tree) throws IOException {
        String prefix = "/boot/vmlinuz-";
        List<String> kernels =
                tree.entries().subMap(prefix, true, prefix + "~", false).keySet().stream()
                        .map(path -> path.substring(prefix.length()))
                        .toList();
        if (kernels.size() != 1) {
            throw new IOException(
                    "an image needs exactly one kernel, the packages bring " + kernels);
        }
        return kernels.getFirst();
    }
}
