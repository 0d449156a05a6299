package io.keelson.engine.slot;

import io.keelson.disk.boot.BootEntryName;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.host.DurableFile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Our unified kernel images in the ESP's {@code EFI/Linux}. Which one boots is decided by their
 * names alone (systemd-boot's Automatic Boot Assessment), so every change here is one rename or one
 * removal, each durable before it returns.
 */
public final class BootEntries {
    /** Not {@code *.efi}, so no boot loader takes it for an entry. */
    static final String STAGED_NAME = "keelson.update.part";

    /** FAT rounds up to clusters and directories grow; never fill the ESP to the last byte. */
    private static final long SPARE_BYTES = 4L << 20;

    private final DiskAccess access;
    private final Path directory;

    public BootEntries(DiskAccess access, Path esp) {
        this.access = access;
        this.directory = esp.resolve("EFI").resolve("Linux");
    }

    /**
     * All entries of our releases, the one that boots next first. A file without content is none:
     * it is what a power cut leaves of a new name on FAT, and systemd-boot passes it over.
     */
    public List<BootEntryName> list() throws IOException {
        var entries = new ArrayList<BootEntryName>();
        for (BootEntryName name : names()) {
            if (size(path(name)) > 0) {
                entries.add(name);
            }
        }
        return List.copyOf(entries);
    }

    private List<BootEntryName> names() throws IOException {
        var entries = new ArrayList<BootEntryName>();
        try (var files = Files.newDirectoryStream(directory, DiskLayout.OS + "_*.efi")) {
            for (Path file : files) {
                BootEntryName.parse(String.valueOf(file.getFileName()))
                        .filter(entry -> entry.os().equals(DiskLayout.OS))
                        .ifPresent(entries::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(entries);
        return List.copyOf(entries);
    }

    /** The entry of a release, if it has one. */
    public Optional<BootEntryName> find(ReleaseVersion version) throws IOException {
        return list().stream().filter(entry -> entry.version().equals(version)).findFirst();
    }

    /** Whether a release is what boots next. */
    public boolean isNext(ReleaseVersion version) throws IOException {
        return list().stream().findFirst().filter(e -> e.version().equals(version)).isPresent();
    }

    /** Fails unless an image fits once everything but the running release's entry is gone. */
    void requireRoom(long imageBytes, ReleaseVersion running) throws IOException {
        long free = access.usableBytes(directory) + size(staged());
        for (BootEntryName entry : list()) {
            if (!entry.version().equals(running)) {
                free += size(path(entry));
            }
        }
        if (free < imageBytes + SPARE_BYTES) {
            throw new SlotException(
                    "the ESP has %d bytes for the new boot entry, which needs %d; remove foreign files from it"
                            .formatted(free, imageBytes + SPARE_BYTES),
                    true);
        }
    }

    /** Removes every entry but the running release's: their slot is about to be overwritten. */
    void removeAllBut(ReleaseVersion running) throws IOException {
        for (BootEntryName entry : names()) {
            if (!entry.version().equals(running) || size(path(entry)) == 0) {
                access.before(SwitchStep.REMOVE_ENTRY);
                DurableFile.delete(path(entry));
            }
        }
        access.syncFileSystem(directory);
    }

    /** Removes what is left of an interrupted copy. */
    void unstage() throws IOException {
        DurableFile.delete(staged());
    }

    /** A new image is written here first; what is there already stays. */
    FileChannel stage() throws IOException {
        return FileChannel.open(
                staged(),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /** The image of a release that has an entry. */
    FileChannel openImage(ReleaseVersion version) throws IOException {
        BootEntryName entry =
                find(version)
                        .orElseThrow(
                                () -> new SlotException("no boot entry for release " + version));
        return FileChannel.open(path(entry), StandardOpenOption.READ);
    }

    /** Gives the staged image, which must be forced, the name that makes it boot next. */
    void publish(ReleaseVersion version, int tries) throws IOException {
        BootEntryName entry = BootEntryName.of(DiskLayout.OS, version).withTries(tries);
        access.before(SwitchStep.PUBLISH_ENTRY);
        DurableFile.rename(staged(), path(entry));
        access.syncFileSystem(directory);
    }

    /** Takes all tries from a release, so that systemd-boot prefers any other one. */
    public void exhaust(ReleaseVersion version) throws IOException {
        BootEntryName entry =
                find(version)
                        .orElseThrow(
                                () -> new SlotException("no boot entry for release " + version));
        if (!entry.isExhausted()) {
            DurableFile.rename(path(entry), path(entry.withTries(0)));
            access.syncFileSystem(directory);
        }
    }

    /** Takes a release that has proved itself off its trial, as systemd-bless-boot does. */
    public void bless(ReleaseVersion version) throws IOException {
        Optional<BootEntryName> entry = find(version).filter(found -> found.isOnTrial());
        if (entry.isPresent()) {
            DurableFile.rename(path(entry.get()), path(entry.get().withoutTries()));
            access.syncFileSystem(directory);
        }
    }

    private Path staged() {
        return directory.resolve(STAGED_NAME);
    }

    private Path path(BootEntryName entry) {
        return directory.resolve(entry.fileName());
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
