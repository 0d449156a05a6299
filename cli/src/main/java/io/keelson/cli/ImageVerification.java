package io.keelson.cli;

import io.keelson.channels.Artifact;
import io.keelson.channels.ReleaseManifest;
import io.keelson.cli.image.DiskVerification;
import io.keelson.cli.image.EvidenceVerification;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.TerminalProgress;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.pe.PeFile;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Recomputes what a built image claims about itself. */
final class ImageVerification {
    private static final String MANIFEST = "release.json";
    private static final List<String> ALWAYS_THERE =
            List.of(
                    "usr.erofs",
                    "usr.verity",
                    "uki.efi",
                    "disk.img",
                    "packages.lock",
                    "sbom.cdx.json");
    private static final List<Integer> SECTOR_SIZES = List.of(512, 4096);
    private static final int COPY_BYTES = 1 << 20;

    /** A boot file is kept in memory while it is looked at. */
    private static final long UKI_BYTES_MAX = 512L << 20;

    private final Path directory;
    private final List<Path> keys;
    private final List<String> checked = new ArrayList<>();

    /**
     * Of an output directory.
     *
     * @param keys public update keys that must have signed; none, and signatures are not looked at
     */
    ImageVerification(Path directory, List<Path> keys) {
        this.directory = directory;
        this.keys = List.copyOf(keys);
    }

    /** Returns one line per thing that holds; the first that does not is a failure. */
    List<String> run(TerminalProgress progress) throws IOException, InterruptedException {
        if (Files.notExists(directory.resolve(MANIFEST))) {
            throw new CommandFailure(
                    "there is no release.json in %s: name a directory that 'keelson image build' has filled"
                            .formatted(directory));
        }
        ReleaseManifest release;
        try (InputStream in = Files.newInputStream(directory.resolve(MANIFEST))) {
            release = ReleaseManifest.read(in);
        }
        requireFiles(release);
        artifact(progress, "usr.erofs", release.usr());
        artifact(progress, "uki.efi", release.uki());
        if (release.payload().isPresent()) {
            artifact(progress, "update.payload", release.payload().get());
        }
        rootHash(progress, release.rootHash());
        bootFile(release.rootHash());
        progress.step("comparing the documents");
        checked.addAll(new EvidenceVerification(directory, release, keys).run());
        GptTable table = table(release.rootHash());
        progress.step("taking the disk apart");
        checked.addAll(DiskVerification.run(directory, release.version(), table));
        return List.copyOf(checked);
    }

    private void requireFiles(ReleaseManifest release) throws CommandFailure {
        List<String> names = new ArrayList<>(ALWAYS_THERE);
        if (release.payload().isPresent()) {
            names.add("update.payload");
        }
        names.addAll(release.files().keySet());
        for (String name : names) {
            if (Files.notExists(directory.resolve(name))) {
                throw wrong(name + " is missing");
            }
        }
    }

    private void artifact(TerminalProgress progress, String name, Artifact claim)
            throws IOException {
        Path file = directory.resolve(name);
        long size = Files.size(file);
        if (size != claim.sizeBytes()) {
            throw wrong(name + " has " + size + " bytes, release.json says " + claim.sizeBytes());
        }
        String digest = sha256(progress, file, size);
        if (!digest.equals(claim.sha256())) {
            throw wrong(name + " has SHA-256 " + digest + ", release.json says " + claim.sha256());
        }
        checked.add(name + ": size and SHA-256 as in release.json");
    }

    private void rootHash(TerminalProgress progress, RootHash claim)
            throws IOException, InterruptedException {
        progress.step("computing the verity tree");
        RootHash computed =
                VerityTree.of(
                                directory.resolve("usr.erofs"),
                                VerityDefaults.salt(),
                                VerityDefaults.UUID_OF_TREE)
                        .rootHash();
        if (!computed.equals(claim)) {
            throw wrong(
                    "the root hash of usr.erofs is "
                            + computed.hex()
                            + ", release.json says "
                            + claim.hex());
        }
        checked.add("usr.erofs: dm-verity root hash " + claim.hex());
    }

    private void bootFile(RootHash rootHash) throws IOException {
        Path file = directory.resolve("uki.efi");
        if (Files.size(file) > UKI_BYTES_MAX) {
            throw wrong("uki.efi is larger than " + UKI_BYTES_MAX + " bytes");
        }
        PeFile uki = PeFile.parse(Files.readAllBytes(file));
        if (!uki.isSigned()) {
            throw wrong("uki.efi is not signed");
        }
        String commandLine =
                uki.section(".cmdline")
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .orElse("");
        if (!commandLine.contains("usrhash=" + rootHash.hex())) {
            throw wrong(
                    "the command line in uki.efi does not name the root hash " + rootHash.hex());
        }
        checked.add("uki.efi: signed, its command line names the root hash");
    }

    private GptTable table(RootHash rootHash) throws IOException {
        GptTable table;
        try (FileChannel disk =
                FileChannel.open(directory.resolve("disk.img"), StandardOpenOption.READ)) {
            table = table(disk);
        }
        for (var id : List.of(rootHash.usrUuid(), rootHash.verityUuid())) {
            if (table.partitions().stream().map(GptPartition::id).noneMatch(id::equals)) {
                throw wrong("disk.img has no partition " + id + ", which the root hash calls for");
            }
        }
        checked.add("disk.img: the slot's partitions carry the halves of the root hash");
        return table;
    }

    /** The sectors of the disk follow from where its table is. */
    private static GptTable table(FileChannel disk) throws IOException {
        IOException first = new IOException("no partition table was looked for");
        for (int size : SECTOR_SIZES.reversed()) {
            try {
                return GptTable.read(disk, size);
            } catch (IOException e) {
                first = e;
            }
        }
        throw first;
    }

    private CommandFailure wrong(String what) {
        return new CommandFailure(
                what + ": the image in " + directory + " was changed after it was built");
    }

    private static String sha256(TerminalProgress progress, Path file, long size)
            throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[COPY_BYTES];
            long done = 0;
            for (int read; (read = in.read(buffer)) > 0; done += read) {
                digest.update(buffer, 0, read);
                progress.percent("hashing " + file.getFileName(), done, size);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
