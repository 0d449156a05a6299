package io.keelson.engine.slot;

import io.keelson.disk.boot.Architecture;
import io.keelson.disk.boot.BootEntryName;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.pe.PeMachine;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.index.LocalBlocks;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Replaces the release in the idle slot. Use in this order: {@link #requireReady} looks and changes
 * nothing, {@link #clear} makes the slot unbootable, then the targets are written, {@link
 * #writeTree} adds the hash tree, {@link #nameSlot} and {@link #publishEntry} make it bootable. The
 * running slot is never written; a power cut at any point boots the old or the new release.
 */
public final class SlotWriter implements AutoCloseable {
    private final DiskAccess access;
    private final BootEntries entries;
    private final RunningDisk running;
    private final ReleaseVersion runningVersion;
    private final SlotFence fence;
    private final DiskAccess.Disk disk;
    private @Nullable FileChannel staged;
    private @Nullable FileChannel runningImage;

    private SlotWriter(
            DiskAccess access,
            BootEntries entries,
            RunningDisk running,
            SlotFence fence,
            ReleaseVersion runningVersion)
            throws IOException {
        this.access = access;
        this.entries = entries;
        this.running = running;
        this.runningVersion = runningVersion;
        this.fence = fence;
        this.disk = access.open(running.device());
    }

    /** Opens the disk that {@code /usr} runs from. */
    public static SlotWriter open(DiskAccess access, DiskPaths paths, ReleaseVersion runningVersion)
            throws IOException {
        return new SlotWriter(
                access,
                new BootEntries(access, paths.esp()),
                RunningDisk.detect(paths),
                SlotFence.below(RunningDisk.deviceOfUsr(paths)),
                runningVersion);
    }

    /** The slot that will be overwritten. */
    public Slot target() {
        return running.slot().other();
    }

    /** Checks everything that can be checked before the first change. */
    public void requireReady(SlotSizes sizes) throws IOException {
        GptTable table = table();
        String expected = DiskLayout.label(runningVersion);
        GptPartition runningUsr = partition(table, running.slot().usrNumber());
        if (!runningUsr.name().equals(expected)) {
            throw new SlotException(
                    "partition %d runs %s but is labelled %s; no slot is written"
                            .formatted(runningUsr.number(), expected, runningUsr.name()));
        }
        requireFallback();
        fence.requireDisk(running.device());
        SlotRegion _ = region(table, target().usrNumber());
        SlotRegion _ = region(table, target().verityNumber());
        requireFits(table, target().usrNumber(), sizes.usrBytes());
        requireFits(table, target().verityNumber(), sizes.treeBytes());
        entries.requireRoom(sizes.ukiBytes(), runningVersion);
    }

    /**
     * The running release must be able to boot again, or a failed update has nothing to fall to.
     */
    private void requireFallback() throws IOException {
        Optional<BootEntryName> entry = entries.find(runningVersion);
        if (entry.isEmpty()) {
            throw new SlotException(
                    "the running release %s has no boot entry to fall back to"
                            .formatted(runningVersion));
        }
        if (entry.get().isOnTrial()) {
            throw new SlotException(
                    "the running release %s is still on trial (%s)"
                            .formatted(runningVersion, entry.get().fileName()));
        }
    }

    private void requireFits(GptTable table, int number, long bytes) throws SlotException {
        long room = partition(table, number).sizeBytes(table.sectorSize());
        if (bytes > room) {
            throw new SlotException(
                    "partition %d has %d bytes, the release needs %d"
                            .formatted(number, room, bytes),
                    true);
        }
    }

    /** Makes the idle slot unbootable, then nameless, and forgets what was begun. */
    public void clear() throws IOException {
        entries.unstage();
        reopen();
    }

    /** Makes the idle slot unbootable, then nameless; what was begun to be written there stays. */
    public void reopen() throws IOException {
        entries.removeAllBut(runningVersion);
        access.before(SwitchStep.MARK_EMPTY);
        DiskLayout.withEmpty(table(), target()).write(disk.channel());
        access.before(SwitchStep.WRITE_CONTENT);
    }

    /** Where the content of {@code /usr} goes. */
    public SlotRegion usr() throws IOException {
        return region(table(), target().usrNumber());
    }

    /** The partition, if the kernel agrees that nothing of the running slot is in it. */
    private SlotRegion region(GptTable table, int number) throws SlotException {
        var region = new SlotRegion(disk.channel(), partition(table, number), table.sectorSize());
        region.requireOutside(fence, "partition " + number);
        return region;
    }

    /** Where the boot entry's image goes; call once. */
    public FileChannel uki() throws IOException {
        FileChannel channel = entries.stage();
        staged = channel;
        return channel;
    }

    /**
     * The blocks of the running {@code /usr}, by the hashes in its verity partition.
     *
     * @param salt they must have been made with
     */
    public LocalBlocks runningBlocks(byte[] salt) throws IOException {
        GptTable table = table();
        GptPartition verity = partition(table, running.slot().verityNumber());
        return LocalBlocks.ofVerity(disk.channel(), verity.offsetBytes(table.sectorSize()), salt);
    }

    /** The running release's partition and boot image as they are; good until this is closed. */
    public PayloadSources running() throws IOException {
        GptTable table = table();
        return running(partition(table, running.slot().usrNumber()).sizeBytes(table.sectorSize()));
    }

    /**
     * The running release's content, for deltas; good until this is closed.
     *
     * @param usrBytes how much of its partition is content
     */
    public PayloadSources running(long usrBytes) throws IOException {
        GptTable table = table();
        GptPartition usr = partition(table, running.slot().usrNumber());
        long room = usr.sizeBytes(table.sectorSize());
        if (usrBytes > room) {
            throw new SlotException(
                    "the running /usr has %d bytes, a delta expects %d".formatted(room, usrBytes));
        }
        FileChannel image = entries.openImage(runningVersion);
        runningImage = image;
        return new PayloadSources(
                new SlotSource(disk.channel(), usr.offsetBytes(table.sectorSize()), usrBytes),
                PayloadSources.of(image, image.size()));
    }

    /**
     * Why the new boot image cannot run here, if it cannot: it is for another processor than the
     * running one. Payloads do not say what they are for; firmware would refuse to start it.
     */
    public Optional<String> misfit() throws IOException {
        FileChannel image = staged;
        if (image == null) {
            return Optional.empty();
        }
        try (FileChannel present = entries.openImage(runningVersion)) {
            OptionalInt ours = PeMachine.of(present);
            OptionalInt its = PeMachine.of(image);
            return ours.isPresent() && its.isPresent() && ours.getAsInt() != its.getAsInt()
                    ? Optional.of(
                            "its boot image is for %s, this host is %s"
                                    .formatted(name(its.getAsInt()), name(ours.getAsInt())))
                    : Optional.empty();
        }
    }

    private static String name(int peMachine) {
        return Architecture.ofPeMachine(peMachine)
                .map(Architecture::debianName)
                .orElse("the processor 0x%04x".formatted(peMachine));
    }

    /** Adds the tree of the content as written, and flushes everything. */
    public void writeTree(VerityTree tree) throws IOException {
        access.before(SwitchStep.WRITE_TREE);
        GptTable table = table();
        requireFits(table, target().verityNumber(), tree.sizeBytes());
        SlotRegion _ = region(table, target().verityNumber());
        GptPartition partition = partition(table, target().verityNumber());
        tree.writeTo(disk.channel(), partition.offsetBytes(table.sectorSize()));
        access.before(SwitchStep.FLUSH);
        disk.channel().force(true);
        FileChannel image = staged;
        if (image != null) {
            image.force(true);
            image.close();
        }
    }

    /** Gives the slot its names and ids, which is how the new release finds it. */
    public void nameSlot(ReleaseVersion version, RootHash rootHash) throws IOException {
        access.before(SwitchStep.NAME_SLOT);
        DiskLayout.withRelease(table(), target(), version, rootHash).write(disk.channel());
    }

    /** From here on the next boot is the new release's, if it is a newer one. */
    public void publishEntry(ReleaseVersion version, int tries) throws IOException {
        entries.publish(version, tries);
    }

    /**
     * From here on the next boot is an older release's: systemd-boot prefers the higher version
     * unless it has no tries left. It still takes it once the older one has none left either.
     */
    public void giveWay() throws IOException {
        access.before(SwitchStep.GIVE_WAY);
        entries.exhaust(runningVersion);
    }

    private GptTable table() throws IOException {
        return GptTable.scan(disk.channel(), running.sectorSize(), disk.sizeBytes()).table();
    }

    private static GptPartition partition(GptTable table, int number) throws SlotException {
        return table.partition(number)
                .orElseThrow(() -> new SlotException("the disk has no partition " + number));
    }

    @Override
    public void close() throws IOException {
        FileChannel source = runningImage;
        FileChannel image = staged;
        try (disk) {
            if (source != null) {
                source.close();
            }
            if (image != null) {
                image.close();
            }
        }
    }
}
