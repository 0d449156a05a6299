package io.keelson.image;

import io.keelson.channels.Artifact;
import io.keelson.channels.PackageVersion;
import io.keelson.channels.ReleaseManifest;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.image.assemble.BootSources;
import io.keelson.image.assemble.DiskImage;
import io.keelson.image.assemble.EspFiles;
import io.keelson.image.assemble.MeasuredBoot;
import io.keelson.image.assemble.UnifiedKernelImage;
import io.keelson.image.erofs.ErofsImage;
import io.keelson.image.initrd.CompressedArchive;
import io.keelson.image.initrd.Initrd;
import io.keelson.image.packages.Lock;
import io.keelson.image.progress.Progress;
import io.keelson.image.recipe.Recipe;
import io.keelson.image.sign.Pem;
import io.keelson.image.sign.Signer;
import io.keelson.image.tree.RootTree;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;

/** Builds an image: from a recipe to {@code disk.img}, {@code release.json} and their company. */
public final class ImageBuild {
    private static final int COPY_BYTES = 1 << 20;
    private static final int STAMP_CHARS_MAX = 128;

    private final BuildRequest request;
    private final Recipe recipe;
    private final Signer signer;
    private final OutputDirectory out;
    private final Progress progress;

    private ImageBuild(BuildRequest request, Recipe recipe, OutputDirectory out, Progress progress)
            throws IOException {
        this.request = request;
        this.recipe = recipe;
        this.signer = Signer.read(request.keys().directory(), "db");
        this.out = out;
        this.progress = progress;
    }

    /**
     * Runs a build, or finds that the last one into the same directory had the same inputs.
     *
     * @return what was written as release.json
     * @throws IOException if an input is missing or wrong, or nothing can be written; then the
     *     output directory is as it was before
     */
    public static ReleaseManifest run(BuildRequest request, Progress progress)
            throws IOException, InterruptedException {
        Recipe recipe = Recipe.read(request.recipe(), request.options().arch());
        // Before anything is fetched: a build that cannot be signed ends here.
        Signer.read(request.keys().directory(), "db");
        if (!request.suites().isEmpty()) {
            recipe = recipe.withSuites(request.suites());
        }
        if (request.options().sectorSize().isPresent()) {
            recipe = recipe.withSectorSize(request.options().sectorSize().getAsInt());
        }
        ImageTree images = new ImageTree(request, recipe, progress);
        Lock lock = images.lock();
        byte[] lockBytes = bytes(lock);
        String stamp = BuildStamp.of(request, recipe, lockBytes);
        Optional<ReleaseManifest> unchanged = unchanged(request.out(), stamp);
        if (unchanged.isPresent()) {
            progress.step("nothing has changed since the last build");
            return unchanged.get();
        }
        try (OutputDirectory out = OutputDirectory.open(request.out())) {
            ImageBuild build = new ImageBuild(request, recipe, out, progress);
            Files.write(out.file("packages.lock"), lockBytes);
            ReleaseManifest manifest = build.build(images.build(lock), lock);
            for (var report : images.reports().entrySet()) {
                Files.writeString(out.file(report.getKey()), report.getValue());
            }
            Files.writeString(out.file(OutputDirectory.STAMP), stamp);
            progress.step("putting the results in place");
            out.publish();
            return manifest;
        } catch (IOException e) {
            throw placed(e, request);
        }
    }

    /** A full disk is reported by the system call alone; the user needs to know which disk. */
    private static IOException placed(IOException failure, BuildRequest request) {
        String message = failure.getMessage();
        return "No space left on device".equals(message)
                ? new IOException(
                        "%s while building into %s with its cache in %s"
                                .formatted(message, request.out(), request.cache()),
                        failure)
                : failure;
    }

    private ReleaseManifest build(RootTree tree, Lock lock)
            throws IOException, InterruptedException {
        progress.step("making the initrd");
        BootSources sources = BootSources.read(tree, recipe.identity().architecture());
        byte[] archive = Initrd.build(tree, sources.kernelRelease(), recipe.modules().initrd());
        BootSources.removeFrom(tree);
        try (Aside<byte[]> initrd =
                Aside.start("initrd", () -> CompressedArchive.of(archive, request.cache()))) {
            return build(tree, lock, sources, initrd);
        }
    }

    private ReleaseManifest build(
            RootTree tree, Lock lock, BootSources sources, Aside<byte[]> initrd)
            throws IOException, InterruptedException {
        progress.step("writing /usr");
        Path usr = out.file("usr.erofs");
        ErofsImage.write(
                tree.below("/usr"),
                new ErofsImage.Format(
                        recipe.identity().epochSeconds(), recipe.output().compression()),
                usr);
        VerityTree verity = VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
        try (FileChannel file =
                FileChannel.open(
                        out.file("usr.verity"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            verity.writeTo(file, 0);
        }

        progress.step("signing the boot image");
        String commandLine =
                UnifiedKernelImage.commandLine(
                        verity.rootHash(),
                        verity.dataBlocks(),
                        VerityDefaults.salt(),
                        recipe.output().kernelArguments());
        UnifiedKernelImage uki =
                UnifiedKernelImage.build(sources, initrd.await(), commandLine, signer);
        Path ukiFile = Files.write(out.file("uki.efi"), uki.bytes());

        progress.step("assembling the disk");
        DiskImage disk =
                new DiskImage(
                        request.version(),
                        new DiskImage.Geometry(
                                recipe.output().diskSizeBytes(),
                                recipe.output().sectorSize(),
                                recipe.identity().architecture()),
                        usr,
                        verity,
                        EspFiles.of(
                                sources.loader(),
                                signer,
                                ukiFile,
                                request.version(),
                                request.keys().directory()));
        disk.requireRoom();
        Path file = out.file("disk.img");
        Callable<Path> writing =
                () -> {
                    disk.write(file);
                    return file;
                };
        try (Aside<Path> written = Aside.start("disk", writing)) {
            if (request.options().payload()) {
                payload(usr, verity, ukiFile);
            }
            ReleaseManifest manifest =
                    describe(lock, verity, MeasuredBoot.of(sources.loader(), uki));
            Path _ = written.await();
            return manifest;
        }
    }

    private void payload(Path usr, VerityTree verity, Path uki)
            throws IOException, InterruptedException {
        progress.step("compressing and signing the payload");
        PayloadSpec spec =
                new PayloadSpec(
                        request.version(),
                        usr,
                        verity.rootHash(),
                        VerityDefaults.salt(),
                        uki,
                        recipe.output().payloadLevel());
        PayloadWriter.write(
                spec,
                Pem.readPrivateKey(request.keys().updateKeyFile()),
                out.file("update.payload"),
                (done, total) -> progress.percent("payload", done, total));
    }

    private ReleaseManifest describe(Lock lock, VerityTree verity, SortedMap<String, String> pcrs)
            throws IOException {
        progress.step("describing the release");
        List<PackageVersion> packages =
                lock.packages().stream()
                        .map(each -> new PackageVersion(each.name(), each.id().version()))
                        .toList();
        SortedMap<String, Artifact> files =
                new ReleaseEvidence(request, recipe, lock, out).write(verity.rootHash().hex());
        Artifact usr = named(files, "usr.erofs").orElseThrow();
        Artifact uki = named(files, "uki.efi").orElseThrow();
        Optional<Artifact> payload = named(files, "update.payload");
        ReleaseManifest manifest =
                new ReleaseManifest(
                        request.version(),
                        recipe.identity().arch(),
                        verity.rootHash(),
                        usr,
                        uki,
                        payload,
                        pcrs,
                        packages,
                        files);
        try (OutputStream file = Files.newOutputStream(out.file(OutputDirectory.MANIFEST))) {
            manifest.write(file);
        }
        return manifest;
    }

    /** One that release.json names in a place of its own. */
    private static Optional<Artifact> named(SortedMap<String, Artifact> files, String name) {
        return Optional.ofNullable(files.remove(name));
    }

    private static Optional<ReleaseManifest> unchanged(Path directory, String stamp)
            throws IOException {
        Path stampFile = directory.resolve(OutputDirectory.STAMP);
        if (!Files.exists(stampFile)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(stampFile)) {
            String last = new String(in.readNBytes(STAMP_CHARS_MAX), StandardCharsets.US_ASCII);
            if (!last.equals(stamp)) {
                return Optional.empty();
            }
        }
        try (InputStream in = Files.newInputStream(directory.resolve(OutputDirectory.MANIFEST))) {
            return Optional.of(ReleaseManifest.read(in));
        }
    }

    private static byte[] bytes(Lock lock) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        lock.write(bytes);
        return bytes.toByteArray();
    }

    static Artifact artifact(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[COPY_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
            return new Artifact(Files.size(file), HexFormat.of().formatHex(sha256.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
