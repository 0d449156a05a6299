package io.keelson.image.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The data of a directory: blocks of 12-byte entries followed by their names, all names in byte
 * order over all blocks, since the kernel looks names up by binary search (erofs_fs.h, {@code
 * struct erofs_dirent}).
 */
final class DirectoryBlocks {
    private static final int ENTRY_BYTES = 12;

    /** One name in a directory. */
    static final class Entry {
        private final byte[] name;
        private final PlannedInode inode;

        Entry(String name, PlannedInode inode) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.inode = inode;
        }
    }

    private final List<List<Entry>> blocks = new ArrayList<>();
    private final int size;

    DirectoryBlocks(List<Entry> entries) {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort((a, b) -> Arrays.compareUnsigned(a.name, b.name));
        List<Entry> block = new ArrayList<>();
        int used = 0;
        for (Entry entry : sorted) {
            int need = ENTRY_BYTES + entry.name.length;
            if (used + need > Superblock.BLOCK_BYTES) {
                blocks.add(block);
                block = new ArrayList<>();
                used = 0;
            }
            block.add(entry);
            used += need;
        }
        blocks.add(block);
        size = (blocks.size() - 1) * Superblock.BLOCK_BYTES + used;
    }

    int sizeBytes() {
        return size;
    }

    /** The directory's bytes; every inode must have its number by now. */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (int number = 0; number < blocks.size(); number++) {
            List<Entry> block = blocks.get(number);
            out.position(number * Superblock.BLOCK_BYTES);
            int nameOffset = block.size() * ENTRY_BYTES;
            for (Entry entry : block) {
                out.putLong(entry.inode.nid()).putShort((short) nameOffset);
                out.put((byte) entry.inode.fileType()).put((byte) 0);
                nameOffset += entry.name.length;
            }
            for (Entry entry : block) {
                out.put(entry.name);
            }
        }
        return out.array();
    }
}
