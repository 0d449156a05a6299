package io.keelson.image.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.fat.ByteSource;
import io.keelson.disk.fat.Fat32Image;
import io.keelson.disk.fat.FatVolume;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.pe.PeFile;
import io.keelson.host.SparseFile;
import io.keelson.image.OracleTool;
import io.keelson.image.assemble.Platform;
import io.keelson.image.assemble.PlatformAddon;
import io.keelson.image.assemble.TinyUki;
import io.keelson.image.progress.Progress;
import io.keelson.image.sign.Authenticode;
import io.keelson.image.sign.Signer;
import io.keelson.image.sign.SigningKeys;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

class ConversionTest {
    private static final long MIB = 1L << 20;

    @TempDir Path directory;
    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = Files.createDirectory(directory.resolve("1.0.0"));
        Path disk = image.resolve("disk.img");
        SampleDisk.make(disk, DiskLayout.DISK_BYTES_MIN + MIB / 2, 2 * MIB);
        try (FileChannel file =
                FileChannel.open(disk, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            DiskLayout.empty(file.size(), 512, new UUID(1, 2)).write(file);
        }
        // In place of the noise: an ESP with one file.
        try (FileChannel file = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(70_000), 2 * MIB);
            Fat32Image.write(
                    file,
                    new FatVolume(DiskLayout.ALIGNMENT_BYTES, DiskLayout.ESP_BYTES, 512, 7),
                    new TreeMap<>(
                            Map.of(
                                    "/loader/loader.conf",
                                    ByteSource.of(
                                            "timeout 1".getBytes(StandardCharsets.US_ASCII)))));
        }
    }

    @Test
    void anAzureDiskIsWholeMebibytesWithItsPartitionTableAtTheEnd()
            throws IOException, InterruptedException {
        Path vhd = directory.resolve("azure.vhd");

        convert(Target.AZURE, vhd);

        long size = DiskLayout.DISK_BYTES_MIN + MIB;
        assertThat(Files.size(vhd)).isEqualTo(size + FixedVhd.FOOTER_BYTES);
        Path raw = directory.resolve("raw");
        OracleTool.run(
                "qemu-img", "convert", "-f", "vpc", "-O", "raw", vhd.toString(), raw.toString());
        assertThat(OracleTool.run("sgdisk", "-v", raw.toString())).contains("No problems found");
        assertThat(List.of(directory.toFile().list()))
                .containsExactlyInAnyOrder("1.0.0", "azure.vhd", "raw");
    }

    @Test
    void aGceDiskIsWholeGibibytes() throws IOException, InterruptedException {
        Path archive = directory.resolve("gce.tar.gz");

        convert(Target.GCE, archive);

        OracleTool.run("tar", "-C", directory.toString(), "-xzf", archive.toString());
        Path raw = directory.resolve("disk.raw");
        assertThat(Files.size(raw)).isEqualTo(6L << 30);
        assertThat(OracleTool.run("sgdisk", "-v", raw.toString())).contains("No problems found");
    }

    @Test
    void anAmiRequestNamesEverythingThatTheImageNeeds() throws IOException, InterruptedException {
        release();
        Path keys = directory.resolve("keys");
        SigningKeys.generate(keys, new SecureRandom());
        Path out = directory.resolve("aws");

        List<Path> written =
                new Conversion(image, Target.AWS, out, false, Optional.of(keys), Optional.empty())
                        .run(Progress.none());

        assertThat(written)
                .extracting(file -> file.getFileName().toString())
                .containsExactly("disk.raw", "import-snapshot.json", "register-image.json");
        assertThat(jq("-c", "del(.UefiData)", out.resolve("register-image.json")).strip())
                .isEqualTo(
                        """
                        {"Name":"keelson-1.0.0-amd64","Description":"keelson-1.0.0-amd64","Architecture":"x86_64",\
                        "RootDeviceName":"/dev/xvda","VirtualizationType":"hvm","EnaSupport":true,"SriovNetSupport":"simple",\
                        "BootMode":"uefi","TpmSupport":"v2.0","ImdsSupport":"v2.0","BlockDeviceMappings":[{"DeviceName":"/dev/xvda",\
                        "Ebs":{"SnapshotId":"SNAPSHOT","VolumeType":"gp3","DeleteOnTermination":true}}]}\
                        """);
        assertThat(jq("-r", ".UefiData", out.resolve("register-image.json")))
                // AMZNUEFI in base 64; the character after it also holds bits of the checksum.
                .startsWith("QU1aTlVFRk");
        assertThat(jq("-r", ".DiskContainer.Format", out.resolve("import-snapshot.json")).strip())
                .isEqualTo("RAW");
    }

    @Test
    void aPlatformIsOneSignedFileMoreOnTheEsp() throws IOException, InterruptedException {
        Path keys = directory.resolve("keys");
        SigningKeys.generate(keys, new SecureRandom());
        Path settings = Files.writeString(directory.resolve("conf"), "GROUP=stable\n");
        Path out = directory.resolve("metal.raw");
        Path second = directory.resolve("second.raw");

        for (Path each : List.of(out, second)) {
            new Conversion(
                            image,
                            Target.RAW,
                            each,
                            false,
                            Optional.of(keys),
                            Optional.of(
                                    new Conversion.Place(Platform.METAL, Optional.of(settings))))
                    .run(Progress.none());
        }

        OracleTool.run(
                "qemu-img", "compare", "-f", "raw", "-F", "raw", out + "", second.toString());
        assertThat(OracleTool.run("sgdisk", "-v", out.toString())).contains("No problems found");
        String esp = out + "@@" + DiskLayout.ALIGNMENT_BYTES;
        Path addon = directory.resolve("addon.efi");
        OracleTool.run("mcopy", "-i", esp, "::" + PlatformAddon.PATH, addon.toString());
        OracleTool.run("mcopy", "-i", esp, "::/loader/loader.conf", directory + "/loader.conf");
        assertThat(directory.resolve("loader.conf")).hasContent("timeout 1");
        assertThat(OracleTool.run("sbverify", "--cert", keys + "/db.crt", addon.toString()))
                .contains("Signature verification OK");
        PeFile parsed = PeFile.parse(Files.readAllBytes(addon));
        assertThat(parsed.section(".linux")).isEmpty();
        assertThat(new String(parsed.section(".cmdline").orElseThrow(), StandardCharsets.US_ASCII))
                .isEqualTo(
                        "keelson.platform=metal console=ttyS0 console=tty0 systemd.set_credential_binary=keelson.update.conf:R1JPVVA9c3RhYmxlCg==");
    }

    @Test
    void settingsHaveToFitOnACommandLine() {
        assertThatThrownBy(
                        () -> PlatformAddon.commandLine(Platform.AWS, Optional.of(new byte[1025])))
                .hasMessageContaining("the settings have 1025 bytes");
    }

    @Test
    void openStackGetsAQcow2AndItsProperties() throws IOException, InterruptedException {
        release();
        Path out = directory.resolve("openstack");

        convert(Target.OPENSTACK, out);

        OracleTool.run("qemu-img", "check", out.resolve("disk.qcow2").toString());
        assertThat(jq("-r", ".hw_firmware_type", out.resolve("image-properties.json")).strip())
                .isEqualTo("uefi");
    }

    @Test
    void aPxeSetIsTheSignedBootImageAndItsSections() throws Exception {
        Path keys = directory.resolve("keys");
        SigningKeys.generate(keys, new SecureRandom());
        byte[] signed = signed(TinyUki.with("quiet panic=10", "an initrd"), keys);
        Files.write(image.resolve("uki.efi"), signed);
        Path out = directory.resolve("pxe");

        convert(Target.PXE, out);

        assertThat(out.toFile().list())
                .containsExactlyInAnyOrder("uki.efi", "vmlinuz", "initrd.img", "cmdline");
        assertThat(out.resolve("vmlinuz")).hasBinaryContent(TinyUki.kernel());
        assertThat(out.resolve("initrd.img")).hasContent("an initrd");
        assertThat(out.resolve("cmdline")).hasContent("quiet panic=10");
        assertThat(out.resolve("uki.efi")).hasBinaryContent(signed);
        assertThat(OracleTool.run("sbverify", "--cert", keys + "/db.crt", out + "/uki.efi"))
                .contains("Signature verification OK");
    }

    @Test
    void replacesAnOlderResultAndLeavesOtherFilesAlone() throws IOException {
        Path out = Files.createDirectory(directory.resolve("openstack"));
        Files.writeString(out.resolve("mine.txt"), "mine");
        Files.writeString(out.resolve("disk.qcow2"), "old");

        convert(Target.OPENSTACK, out);

        assertThat(out.resolve("mine.txt")).hasContent("mine");
        assertThat(Files.size(out.resolve("disk.qcow2"))).isGreaterThan(3);
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> convert(Target.PXE, directory.resolve("pxe")))
                .hasMessageContaining("a PXE set is made from the directory of a built image");
        assertThatThrownBy(() ->
                        new Conversion(
                                        directory.resolve("nowhere"),
                                        Target.RAW,
                                        directory.resolve("x"),
                                        false,
                                        Optional.empty(),
                                        Optional.empty())
                                .run(Progress.none()))
                .hasMessageStartingWith("there is no disk")
                .hasMessageEndingWith("build one with 'keelson image build'");
        assertThatThrownBy(() -> convert(Target.RAW, image))
                .hasMessageEndingWith("is a directory: name a file for --to raw");
    }

    @ParameterizedTest
    @EnumSource(
            value = Target.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RAW", "PXE"})
    void refusesADiskOfLargeSectors(Target target) throws IOException {
        Path disk = withLargeSectors();
        Path out = directory.resolve("out");

        assertThatThrownBy(() -> convert(target, out))
                .hasMessage(
                        "%s has sectors of 4096 bytes, and --to %s takes 512 only: build it with '--sector-size 512', or use --to raw for a disk of such sectors"
                                .formatted(disk, target.text()));
        assertThat(directory.toFile().list()).containsExactly("1.0.0");
    }

    @Test
    void aRawDiskMayHaveLargeSectors() throws IOException, InterruptedException {
        Path disk = withLargeSectors();
        Path out = directory.resolve("out.raw");

        convert(Target.RAW, out);

        OracleTool.run("qemu-img", "compare", "-f", "raw", "-F", "raw", out + "", disk.toString());
    }

    private Path withLargeSectors() throws IOException {
        Path disk = image.resolve("disk.img");
        SparseFile.resize(disk, 0);
        SparseFile.resize(disk, DiskLayout.DISK_BYTES_MIN + MIB);
        try (FileChannel file =
                FileChannel.open(disk, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            DiskLayout.empty(file.size(), 4096, new UUID(1, 2)).write(file);
        }
        return disk;
    }

    @Test
    void refusesAnEmptyDisk() throws IOException {
        Path empty = directory.resolve("empty.img");
        SparseFile.resize(empty, 0);

        assertThatThrownBy(() ->
                        new Conversion(
                                        empty,
                                        Target.QCOW2,
                                        directory.resolve("x"),
                                        false,
                                        Optional.empty(),
                                        Optional.empty())
                                .run(Progress.none()))
                .hasMessageEndingWith("is empty: give the disk.img of a built image");
        assertThat(directory.resolve("x")).doesNotExist();
    }

    private static byte[] signed(byte[] program, Path keys) throws IOException {
        PeFile file = PeFile.parse(program);
        Signer signer = Signer.read(keys, "db");
        return file.withCertificate(Authenticode.sign(file.authenticodeHash(), signer)).bytes();
    }

    private void convert(Target target, Path out) throws IOException {
        new Conversion(image, target, out, false, Optional.empty(), Optional.empty())
                .run(Progress.none());
    }

    private void release() throws IOException {
        String artifact = "{\"size\": 1, \"sha256\": \"" + "0".repeat(64) + "\"}";
        Files.writeString(
                image.resolve("release.json"),
                """
                {"version": "1.0.0", "arch": "amd64", "rootHash": "%s", "usr": %s, "uki": %s, "pcrs": {}, "packages": []}
                """
                        .formatted("0".repeat(64), artifact, artifact),
                StandardCharsets.UTF_8);
    }

    private static String jq(String option, String filter, Path file)
            throws IOException, InterruptedException {
        return OracleTool.run("jq", option, filter, file.toString());
    }
}
