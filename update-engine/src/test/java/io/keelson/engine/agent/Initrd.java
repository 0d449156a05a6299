package io.keelson.engine.agent;

import io.keelson.disk.boot.BootEntryName;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** What stage 1 does: finds the slot that a boot image names by its root hash, and checks it. */
final class Initrd {
    private Initrd() {}

    static Optional<Slot> slotOf(FileChannel disk, BootEntryName entry, String image)
            throws IOException {
        return slotOf(disk, DiskLayout.SECTOR_BYTES, entry, image);
    }

    static Optional<Slot> slotOf(
            FileChannel disk, int sectorSize, BootEntryName entry, String image)
            throws IOException {
        String[] words = image.split(" ", -1);
        if (words.length != 2 || !words[0].equals(entry.version().text())) {
            return Optional.empty();
        }
        var wanted = new RootHash(words[1]);
        GptTable table = GptTable.read(disk, sectorSize);
        for (Slot slot : Slot.values()) {
            GptPartition usr = table.partition(slot.usrNumber()).orElseThrow();
            GptPartition verity = table.partition(slot.verityNumber()).orElseThrow();
            if (usr.id().equals(wanted.usrUuid())
                    && verity.id().equals(wanted.verityUuid())
                    && isIntact(disk, sectorSize, usr, verity, wanted)) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    private static boolean isIntact(
            FileChannel disk,
            int sectorSize,
            GptPartition usr,
            GptPartition verity,
            RootHash wanted)
            throws IOException {
        int blocks = 40;
        ByteBuffer content = ByteBuffer.allocate(blocks * VerityDefaults.BLOCK_BYTES);
        disk.read(content, usr.offsetBytes(sectorSize));
        var builder =
                VerityTree.builder(blocks, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
        builder.update(content.flip());
        VerityTree tree = builder.finish();
        ByteBuffer stored = ByteBuffer.allocate(tree.sizeBytes());
        disk.read(stored, verity.offsetBytes(sectorSize));
        return tree.rootHash().equals(wanted)
                && ByteBuffer.wrap(tree.partitionBytes()).equals(stored.flip());
    }
}
