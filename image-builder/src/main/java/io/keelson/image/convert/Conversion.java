package io.keelson.image.convert;

import io.keelson.disk.boot.Architecture;
import io.keelson.disk.gpt.GptTable;
import io.keelson.host.DurableFile;
import io.keelson.image.assemble.Platform;
import io.keelson.image.assemble.PlatformAddon;
import io.keelson.image.progress.Progress;
import io.keelson.image.sign.Signer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes a built disk as some target takes it.
 *
 * @param source a built image's directory, or a raw disk
 * @param out a new file, or for some targets a directory; it appears when it is complete
 * @param compressed whether a qcow2 has compressed clusters
 * @param keys directory of Secure Boot keys, for clouds whose firmware is given them and for the
 *     platform's addon
 * @param place what the disk is told about where it starts
 */
public record Conversion(
        Path source,
        Target target,
        Path out,
        boolean compressed,
        Optional<Path> keys,
        Optional<Place> place) {
    private static final int SETTINGS_BYTES_READ = 64 << 10;

    public Conversion {
        out = out.toAbsolutePath().normalize();
    }

    /**
     * Where a disk is to start.
     *
     * @param settings a host's {@code KEY=value} lines, for {@code keelson.update.conf}
     */
    public record Place(Platform platform, Optional<Path> settings) {}

    /**
     * Does it, replacing what is at the place of the result.
     *
     * @return the files that were written
     */
    public List<Path> run(Progress progress) throws IOException {
        Path disk = Files.isDirectory(source) ? source.resolve("disk.img") : source;
        if (target != Target.PXE && !Files.exists(disk)) {
            throw new IOException(
                    "there is no disk " + disk + ": build one with 'keelson image build'");
        }
        if (Files.isDirectory(out) && !target.makesDirectory()) {
            throw new IOException(out + " is a directory: name a file for --to " + target.text());
        }
        if (Files.isRegularFile(out) && target.makesDirectory()) {
            throw new IOException(out + " is a file: name a directory for --to " + target.text());
        }
        if (target.takesOnlySmallSectors()) {
            requireSmallSectors(disk);
        }
        Files.createDirectories(out.getParent());
        Path unfinished = out.resolveSibling("." + out.getFileName() + ".unfinished");
        delete(unfinished);
        try {
            progress.step("writing " + out.getFileName() + " for " + target.text());
            if (target == Target.PXE) {
                BootSet.write(disk.resolveSibling("uki.efi"), Files.createDirectory(unfinished));
            } else {
                fromDisk(disk, unfinished, progress);
            }
            return publish(unfinished);
        } finally {
            delete(unfinished);
        }
    }

    /** Hypervisors and clouds show such a disk in sectors of 512 bytes, where it has no table. */
    private void requireSmallSectors(Path disk) throws IOException {
        try (FileChannel file = FileChannel.open(disk, StandardOpenOption.READ)) {
            int sectorSize =
                    WorkingCopy.table(file).map(GptTable::sectorSize).orElse(Disk.SECTOR_BYTES);
            if (sectorSize != Disk.SECTOR_BYTES) {
                throw new IOException(
                        "%s has sectors of %d bytes, and --to %s takes %d only: build it with '--sector-size 512', or use --to raw for a disk of such sectors"
                                .formatted(disk, sectorSize, target.text(), Disk.SECTOR_BYTES));
            }
        }
    }

    private void fromDisk(Path path, Path unfinished, Progress progress) throws IOException {
        try (Disk disk = open(path, progress)) {
            long wanted = Disk.roundUp(disk.sizeBytes(), target.sizeMultiple());
            if (wanted == disk.sizeBytes() && place.isEmpty()) {
                write(disk, path, unfinished);
                return;
            }
            Path changed = out.resolveSibling("." + out.getFileName() + ".disk");
            try (WorkingCopy copy = WorkingCopy.of(disk, changed)) {
                if (wanted > disk.sizeBytes()) {
                    copy.grow(wanted);
                }
                if (place.isPresent()) {
                    copy.putOnEsp(PlatformAddon.PATH, addon(place.get(), path));
                }
                try (Disk grown = open(copy.file(), progress)) {
                    write(grown, path, unfinished);
                }
            }
        }
    }

    private byte[] addon(Place where, Path disk) throws IOException {
        Path directory =
                keys.orElseThrow(() ->
                        new IOException(
                                "the platform's addon has to be signed: name the keys with --keys"));
        Optional<byte[]> settings = Optional.empty();
        if (where.settings().isPresent()) {
            try (InputStream in = Files.newInputStream(where.settings().get())) {
                settings = Optional.of(in.readNBytes(SETTINGS_BYTES_READ));
            }
        }
        Architecture architecture =
                Architecture.ofDebian(ImageName.beside(disk).arch()).orElse(Architecture.AMD64);
        return PlatformAddon.build(
                where.platform(), settings, architecture, Signer.read(directory, "db"));
    }

    private Disk open(Path path, Progress progress) throws IOException {
        return Disk.open(
                path, (done, total) -> progress.percent("converting the disk", done, total));
    }

    private void write(Disk disk, Path source, Path to) throws IOException {
        switch (target) {
            case RAW -> DiskFormat.RAW.write(disk, to);
            case QCOW2 -> qcow2().write(disk, to);
            case VMDK -> DiskFormat.VMDK.write(disk, to);
            case VHD, AZURE -> DiskFormat.VHD.write(disk, to);
            case VHDX -> DiskFormat.VHDX.write(disk, to);
            case GCE -> DiskFormat.GCE.write(disk, to);
            case AWS -> {
                ImageName image = ImageName.beside(source);
                Files.createDirectory(to);
                CloudRequests.importSnapshot(image, to.resolve("import-snapshot.json"));
                CloudRequests.registerImage(image, keys, to.resolve("register-image.json"));
                DiskFormat.RAW.write(disk, to.resolve("disk.raw"));
            }
            case OPENSTACK -> {
                ImageName image = ImageName.beside(source);
                Files.createDirectory(to);
                CloudRequests.imageProperties(image, to.resolve("image-properties.json"));
                qcow2().write(disk, to.resolve("disk.qcow2"));
            }
            case PXE -> throw new IllegalStateException("a PXE set is not made from the disk");
        }
    }

    private DiskFormat qcow2() {
        return compressed ? DiskFormat.QCOW2_COMPRESSED : DiskFormat.QCOW2;
    }

    private List<Path> publish(Path unfinished) throws IOException {
        if (!target.makesDirectory()) {
            DurableFile.rename(unfinished, out);
            return List.of(out);
        }
        // File by file: the directory may hold others that are the user's.
        Files.createDirectories(out);
        try (Stream<Path> files = Files.list(unfinished)) {
            List<Path> names = files.map(Path::getFileName).sorted().toList();
            for (Path name : names) {
                DurableFile.rename(unfinished.resolve(name), out.resolve(name));
            }
            return names.stream().map(out::resolve).toList();
        }
    }

    private static void delete(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            try (Stream<Path> files = Files.list(file)) {
                for (Path each : files.toList()) {
                    Files.delete(each);
                }
            }
        }
        Files.deleteIfExists(file);
    }
}
