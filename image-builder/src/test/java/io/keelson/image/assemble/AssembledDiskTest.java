package io.keelson.image.assemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.Architecture;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.pe.PeFile;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.image.OracleTool;
import io.keelson.image.compress.Compression;
import io.keelson.image.erofs.ErofsImage;
import io.keelson.image.sign.Signer;
import io.keelson.image.sign.SigningKeys;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

final class AssembledDiskTest {
    private static final ReleaseVersion VERSION = new ReleaseVersion("1.2.3");
    private static final long DISK_BYTES = 6L << 30;

    @TempDir static Path keys;
    @TempDir Path dir;

    @BeforeAll
    static void generateKeys() throws Exception {
        SigningKeys.generate(keys, new SecureRandom());
    }

    @Test
    void signedProgramsPassSbverifyWithOurCertificateOnly() throws Exception {
        Path file = Files.write(dir.resolve("signed.efi"), build("a").uki().bytes());

        assertThat(OracleTool.run("sbverify", "--cert", keys + "/db.crt", file.toString()))
                .contains("Signature verification OK");
        assertThat(OracleTool.fails("sbverify", "--cert", keys + "/KEK.crt", file.toString()))
                .contains("Signature verification failed");
    }

    @Test
    void sectionsHoldWhatWasGiven() throws Exception {
        PeFile uki = PeFile.parse(build("a").uki().bytes());

        assertThat(uki.section(".initrd")).hasValue(bytes("an initrd"));
        assertThat(uki.section(".uname")).hasValue(bytes("6.12-test"));
        assertThat(new String(uki.section(".cmdline").orElseThrow(), StandardCharsets.US_ASCII))
                .matches(
                        "gpt keelson\\.usrhash=[0-9a-f]{64} keelson\\.verity=1,[0-9a-f]+ quiet panic=10");
    }

    @Test
    void referenceToolsAcceptEveryPartOfTheDisk() throws Exception {
        Built built = build("a");
        Path disk = dir.resolve("a/disk.img");

        assertThat(OracleTool.run("sgdisk", "-v", disk.toString())).contains("No problems found");
        assertThat(OracleTool.run("sgdisk", "-i", "2", disk.toString()))
                .contains("keelson_1.2.3")
                .containsIgnoringCase(built.tree().rootHash().usrUuid().toString());
        Path esp = cut(disk, DiskLayout.ALIGNMENT_BYTES, DiskLayout.ESP_BYTES, "esp");
        OracleTool.run("fsck.fat", "-n", esp.toString());
        assertThat(OracleTool.run("mdir", "-b", "-/", "-i", esp.toString(), "::"))
                .contains("::/EFI/Linux/keelson_1.2.3.efi")
                .contains("::/EFI/BOOT/BOOTX64.EFI")
                .contains("::/loader/keys/auto/PK.auth")
                .contains("::/loader/loader.conf");
        long usrOffset = DiskLayout.ALIGNMENT_BYTES + DiskLayout.ESP_BYTES;
        Path usr = cut(disk, usrOffset, Files.size(dir.resolve("a/usr")), "usr.cut");
        OracleTool.run("fsck.erofs", usr.toString());
        long verityOffset = usrOffset + DiskLayout.USR_BYTES;
        Path verity = cut(disk, verityOffset, built.tree().sizeBytes(), "verity.cut");
        OracleTool.run(
                "veritysetup",
                "verify",
                usr.toString(),
                verity.toString(),
                built.tree().rootHash().hex());
    }

    @Test
    void aDiskOf4096ByteSectorsIsReadInThatUnit() throws Exception {
        Built built = build("a", 4096);
        Path disk = dir.resolve("a/disk.img");

        // It reads the table in the given unit and tells places in units of 512.
        String seen =
                OracleTool.run(
                        "partx",
                        "--show",
                        "--sector-size",
                        "4096",
                        "--output",
                        "NR,START,SECTORS,NAME,UUID",
                        disk.toString());

        assertThat(seen.lines().skip(1).map(line -> line.strip().split("\\s+", -1)[1]))
                .startsWith("2048", "" + (2048 + (DiskLayout.ESP_BYTES >> 9)));
        assertThat(seen).contains(built.tree().rootHash().usrUuid().toString());
        Path esp = cut(disk, DiskLayout.ALIGNMENT_BYTES, DiskLayout.ESP_BYTES, "esp");
        assertThat(OracleTool.run("fsck.fat", "-n", "-v", esp.toString()))
                .contains("4096 bytes per logical sector");
        assertThat(OracleTool.run("mdir", "-b", "-/", "-i", esp.toString(), "::"))
                .contains("::/EFI/BOOT/BOOTX64.EFI");
    }

    @Test
    void aDiskForArm64HasTheNamesAndTheTypesOfThatArchitecture() throws Exception {
        build("a", 512, Architecture.ARM64);
        Path disk = dir.resolve("a/disk.img");

        // Discoverable Partitions Specification: /usr and its verity tree on arm64.
        assertThat(OracleTool.run("sgdisk", "-i", "2", disk.toString()))
                .containsIgnoringCase("B0E01050-EE5F-4390-949A-9101B17104E9");
        assertThat(OracleTool.run("sgdisk", "-i", "3", disk.toString()))
                .containsIgnoringCase("6E11A4E7-FBCA-4DED-B9E9-E1A512BB664E");
        Path esp = cut(disk, DiskLayout.ALIGNMENT_BYTES, DiskLayout.ESP_BYTES, "esp");
        assertThat(OracleTool.run("mdir", "-b", "-/", "-i", esp.toString(), "::"))
                .contains("::/EFI/BOOT/BOOTAA64.EFI")
                .contains("::/EFI/systemd/systemd-bootaa64.efi")
                .doesNotContain("X64.EFI");
    }

    @Test
    void aBootImageForArm64IsMadeOfThatArchitecturesStubAndLoader() throws Exception {
        RootTree tree = new RootTree();
        String efi = "/usr/lib/systemd/boot/efi/";
        tree.put("/boot/vmlinuz-6.12-arm64", Node.RegularFile.of(0644, bytes("kernel")), "test");
        tree.put(efi + "linuxx64.efi.stub", Node.RegularFile.of(0644, bytes("x64")), "test");
        tree.put(efi + "linuxaa64.efi.stub", Node.RegularFile.of(0644, bytes("stub")), "test");

        assertThatThrownBy(() -> BootSources.read(tree, Architecture.ARM64))
                .hasMessage(
                        "booting needs /usr/lib/systemd/boot/efi/systemd-bootaa64.efi, which no package of the recipe brings");
        tree.put(efi + "systemd-bootaa64.efi", Node.RegularFile.of(0644, bytes("loader")), "test");
        tree.put("/usr/lib/os-release", Node.RegularFile.of(0644, bytes("ID=x")), "test");

        BootSources sources = BootSources.read(tree, Architecture.ARM64);

        assertThat(sources.stub()).isEqualTo(bytes("stub"));
        assertThat(sources.loader()).isEqualTo(bytes("loader"));
    }

    @Test
    void aPlatformsAddonIsForTheArchitectureOfItsDisk() throws Exception {
        Signer signer = Signer.read(keys, "db");
        for (Architecture each : Architecture.values()) {
            byte[] addon = PlatformAddon.build(Platform.AWS, Optional.empty(), each, signer);

            assertThat(PeFile.parse(addon).machine()).isEqualTo(each.peMachine());
        }
    }

    @Test
    void theDiskIsSparse() throws Exception {
        build("a");

        String kibibytes = OracleTool.run("du", "-k", dir.resolve("a/disk.img").toString());

        assertThat(Files.size(dir.resolve("a/disk.img"))).isEqualTo(DISK_BYTES);
        assertThat(Long.parseLong(kibibytes.split("\t", -1)[0])).isLessThan(10_000);
    }

    @Test
    void twoBuildsGiveTheSameBytes() throws Exception {
        build("a");
        build("b");

        long usrOffset = DiskLayout.ALIGNMENT_BYTES + DiskLayout.ESP_BYTES;
        long tail = 1 << 20;
        for (long[] written :
                new long[][] {
                    {0, 16 << 20},
                    {usrOffset, 1 << 20},
                    {usrOffset + DiskLayout.USR_BYTES, 1 << 20},
                    {DISK_BYTES - tail, tail}
                }) {
            Path one = cut(dir.resolve("a/disk.img"), written[0], written[1], "one");
            Path two = cut(dir.resolve("b/disk.img"), written[0], written[1], "two");
            assertThat(one).hasSameBinaryContentAs(two);
        }
    }

    private record Built(VerityTree tree, UnifiedKernelImage uki) {}

    private Built build(String name) throws IOException, InterruptedException {
        return build(name, 512);
    }

    private Built build(String name, int sectorSize) throws IOException, InterruptedException {
        return build(name, sectorSize, Architecture.AMD64);
    }

    private Built build(String name, int sectorSize, Architecture architecture)
            throws IOException, InterruptedException {
        Path out = Files.createDirectory(dir.resolve(name));
        RootTree files = new RootTree();
        files.put("/usr/share/hello", Node.RegularFile.of(0644, bytes("hello")), "test");
        Path usr = out.resolve("usr");
        ErofsImage.write(files.below("/usr"), new ErofsImage.Format(0, Compression.NONE), usr);
        VerityTree tree = VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
        byte[] program = TinyEfiProgram.bytes(architecture);
        BootSources sources =
                new BootSources("6.12-test", program, program, program, bytes("ID=keelson\n"));
        Signer signer = Signer.read(keys, "db");
        String commandLine =
                UnifiedKernelImage.commandLine(
                        tree.rootHash(),
                        tree.dataBlocks(),
                        VerityDefaults.salt(),
                        List.of("quiet", "panic=10"));
        UnifiedKernelImage uki =
                UnifiedKernelImage.build(sources, bytes("an initrd"), commandLine, signer);
        Path ukiFile = Files.write(out.resolve("uki.efi"), uki.bytes());
        new DiskImage(
                        VERSION,
                        new DiskImage.Geometry(DISK_BYTES, sectorSize, architecture),
                        usr,
                        tree,
                        EspFiles.of(program, signer, ukiFile, VERSION, keys))
                .write(out.resolve("disk.img"));
        return new Built(tree, uki);
    }

    private Path cut(Path disk, long offset, long size, String name) throws IOException {
        Path part = dir.resolve(name);
        try (RandomAccessFile in = new RandomAccessFile(disk.toFile(), "r");
                RandomAccessFile out = new RandomAccessFile(part.toFile(), "rw")) {
            byte[] zeros = new byte[1 << 20];
            byte[] buffer = new byte[1 << 20];
            out.setLength(size);
            for (long done = 0; done < size; done += buffer.length) {
                int want = (int) Math.min(buffer.length, size - done);
                in.seek(offset + done);
                in.readFully(buffer, 0, want);
                if (!Arrays.equals(buffer, zeros)) {
                    out.seek(done);
                    out.write(buffer, 0, want);
                }
            }
        }
        return part;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
