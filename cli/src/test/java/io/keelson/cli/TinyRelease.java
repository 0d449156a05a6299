package io.keelson.cli;

import io.keelson.channels.Artifact;
import io.keelson.channels.PackageVersion;
import io.keelson.channels.ReleaseManifest;
import io.keelson.disk.boot.Architecture;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.pe.PeFile;
import io.keelson.disk.pe.UkiBuilder;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.image.archive.Digest;
import io.keelson.image.assemble.DiskImage;
import io.keelson.image.assemble.EspFiles;
import io.keelson.image.assemble.UnifiedKernelImage;
import io.keelson.image.compress.Compression;
import io.keelson.image.erofs.ErofsImage;
import io.keelson.image.evidence.Envelope;
import io.keelson.image.evidence.PackageFacts;
import io.keelson.image.evidence.Provenance;
import io.keelson.image.evidence.Sbom;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;
import io.keelson.image.sign.Authenticode;
import io.keelson.image.sign.Pem;
import io.keelson.image.sign.Signer;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What {@code image build} leaves, of one file and one package, put together by the same parts. */
final class TinyRelease {
    private static final ReleaseVersion VERSION = new ReleaseVersion("1.2.3");
    private static final long DISK_BYTES = 6L << 30;
    private static final int HEADER_BYTES = 0x600;

    private final Path keys;
    private final Path directory;

    private TinyRelease(Path keys, Path directory) {
        this.keys = keys;
        this.directory = directory;
    }

    /** Fills a directory. */
    static void write(Path keys, Path directory) throws Exception {
        new TinyRelease(keys, directory).write();
    }

    private void write() throws IOException, InterruptedException, GeneralSecurityException {
        RootTree files = new RootTree();
        files.put("/usr/share/hello", Node.RegularFile.of(0644, ascii("hello")), "test");
        Path usr = directory.resolve("usr.erofs");
        ErofsImage.write(files.below("/usr"), new ErofsImage.Format(0, Compression.NONE), usr);
        VerityTree tree = VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
        try (FileChannel out =
                FileChannel.open(
                        directory.resolve("usr.verity"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            tree.writeTo(out, 0);
        }
        Signer signer = Signer.read(keys, "db");
        Path uki = Files.write(directory.resolve("uki.efi"), bootImage(tree, signer));
        new DiskImage(
                        VERSION,
                        new DiskImage.Geometry(DISK_BYTES, 512, Architecture.AMD64),
                        usr,
                        tree,
                        EspFiles.of(program(), signer, uki, VERSION, keys))
                .write(directory.resolve("disk.img"));
        PrivateKey updateKey = Pem.readPrivateKey(keys.resolve("update.key.pem"));
        PayloadWriter.write(
                new PayloadSpec(VERSION, usr, tree.rootHash(), VerityDefaults.salt(), uki, 1),
                updateKey,
                directory.resolve("update.payload"),
                (_, _) -> {});
        documents(tree, updateKey);
    }

    private static byte[] bootImage(VerityTree tree, Signer signer) throws IOException {
        String commandLine =
                UnifiedKernelImage.commandLine(
                        tree.rootHash(), tree.dataBlocks(), VerityDefaults.salt(), List.of());
        PeFile uki =
                PeFile.parse(
                        UkiBuilder.of(program()).section(".cmdline", ascii(commandLine)).build());
        return uki.withCertificate(Authenticode.sign(uki.authenticodeHash(), signer)).bytes();
    }

    private void documents(VerityTree tree, PrivateKey key)
            throws IOException, GeneralSecurityException {
        LockedPackage bash =
                new LockedPackage(
                        new LockedPackage.Id("bash", "5.2-1", "amd64"),
                        "trixie",
                        "pool/main/b/bash/bash.deb",
                        new Digest(1, "ab".repeat(32)));
        Lock lock = new Lock("amd64", List.of("trixie"), List.of(bash));
        try (OutputStream out = Files.newOutputStream(directory.resolve("packages.lock"))) {
            lock.write(out);
        }
        PackageFacts facts =
                new PackageFacts(bash, new PackageFacts.Source("bash", "5.2-1"), List.of());
        new Sbom(VERSION, tree.rootHash().hex(), Instant.EPOCH, List.of(facts), Optional.empty())
                .write(directory.resolve("sbom.cdx.json"));
        SortedMap<String, Artifact> subjects = new TreeMap<>();
        for (String name : List.of("packages.lock", "sbom.cdx.json", "uki.efi", "usr.erofs")) {
            subjects.put(name, artifact(name));
        }
        byte[] statement =
                new Provenance(subjects, new TreeMap<>(), lock, new TreeMap<>()).statement();
        Files.write(directory.resolve("provenance.intoto.json"), statement);
        Files.write(directory.resolve("provenance.dsse.json"), Envelope.sign(statement, key));
        SortedMap<String, Artifact> files = new TreeMap<>();
        for (String name :
                List.of(
                        "packages.lock",
                        "sbom.cdx.json",
                        "usr.verity",
                        "provenance.intoto.json",
                        "provenance.dsse.json")) {
            files.put(name, artifact(name));
        }
        ReleaseManifest manifest =
                new ReleaseManifest(
                        VERSION,
                        "amd64",
                        tree.rootHash(),
                        artifact("usr.erofs"),
                        artifact("uki.efi"),
                        Optional.of(artifact("update.payload")),
                        new TreeMap<>(),
                        List.of(new PackageVersion("bash", "5.2-1")),
                        files);
        try (OutputStream out = Files.newOutputStream(directory.resolve("release.json"))) {
            manifest.write(out);
        }
    }

    private Artifact artifact(String name) throws IOException, GeneralSecurityException {
        byte[] bytes = Files.readAllBytes(directory.resolve(name));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        return new Artifact(bytes.length, HexFormat.of().formatHex(digest));
    }

    /** An EFI program of one section, with room for the headers of more. */
    private static byte[] program() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + 0x200).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("MZ")).putInt(0x3C, 0x80).position(0x80);
        out.put(ascii("PE\0\0")).putShort((short) 0x8664).putShort((short) 1);
        out.putInt(0).putLong(0).putShort((short) 240).putShort((short) 0x0206);
        out.putShort((short) 0x20B).putShort((short) 0).putInt(0x200).putLong(0);
        out.putInt(0x1000).putInt(0x1000).putLong(0).putInt(0x1000).putInt(0x200);
        out.putLong(0).putLong(0).putInt(0x2000).putInt(HEADER_BYTES).putInt(0);
        out.putShort((short) 10).putShort((short) 0x160).putInt(0x80 + 24 + 108, 16);
        out.position(0x80 + 24 + 240);
        out.put(ascii(".text\0\0\0")).putInt(0x200).putInt(0x1000).putInt(0x200);
        out.putInt(HEADER_BYTES).putLong(0).putInt(0).putInt(0x60000020);
        return out.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
