package io.keelson.image.erofs;

import io.keelson.image.compress.Compression;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All inodes of an image in path order with their places. Path order keeps the content of unchanged
 * files in the same sequence from release to release, and slack keeps most of it in the same place.
 */
final class InodeTable {
    /** A longer tail gets a block of its own, or the inodes would be torn apart by their data. */
    private static final int FILE_TAIL_MAX_BYTES = 1024;

    private final Map<String, PlannedInode> byPath = new LinkedHashMap<>();
    private final Map<PlannedInode, DirectoryBlocks> directories = new HashMap<>();
    private final List<PlannedInode> inodes;
    private long metadataEnd;
    private long blocks;

    InodeTable(RootTree tree) throws IOException {
        collect(tree);
        inodes = byPath.values().stream().distinct().toList();
        linkDirectories();
    }

    /** Gives every inode and its content a place; sizes must be known, compressed ones too. */
    void place(Compression compression) {
        long offset = Superblock.end(compression);
        for (PlannedInode inode : inodes) {
            boolean file = inode.node() instanceof Node.RegularFile;
            offset =
                    inode.placeMetadata(
                            offset, file ? FILE_TAIL_MAX_BYTES : Superblock.BLOCK_BYTES);
        }
        Room room = compression == Compression.NONE ? Room.WITH_SLACK : Room.EXACT;
        long metadataBlocks = (offset + Superblock.BLOCK_BYTES - 1) / Superblock.BLOCK_BYTES;
        metadataEnd = room.of(metadataBlocks) * Superblock.BLOCK_BYTES;
        long start = metadataEnd / Superblock.BLOCK_BYTES;
        long block = start;
        String group = "";
        for (PlannedInode inode : inodes) {
            if (!groupOf(inode.path()).equals(group)) {
                block = start + room.of(block - start);
                start = block;
                group = groupOf(inode.path());
            }
            block += room.of(inode.placeData(block) - block);
        }
        blocks = block;
    }

    List<PlannedInode> inodes() {
        return inodes;
    }

    PlannedInode root() {
        return inodes.getFirst();
    }

    /** Length of the superblock and all inodes, whole blocks. */
    long metadataBytes() {
        return metadataEnd;
    }

    long blocks() {
        return blocks;
    }

    /** The encoded entries of a directory. */
    byte[] directoryData(PlannedInode directory) {
        DirectoryBlocks data = directories.get(directory);
        if (data == null) {
            throw new IllegalStateException(directory.path() + " is not a directory");
        }
        return data.encode();
    }

    private void collect(RootTree tree) throws IOException {
        Map<String, String> links = new LinkedHashMap<>();
        for (Map.Entry<String, Node> entry : tree.entries().entrySet()) {
            String path = entry.getKey();
            Node node = entry.getValue();
            if (node instanceof Node.HardLink link) {
                links.put(path, link.target());
                continue;
            }
            byte[] xattrs = XattrBody.encode(path, node.metadata().xattrs());
            PlannedInode inode = new PlannedInode(path, node, xattrs);
            byPath.put(path, inode);
            if (node instanceof Node.RegularFile file) {
                inode.resize(file.content().size());
            } else if (node instanceof Node.Symlink link) {
                inode.resize(link.target().getBytes(StandardCharsets.UTF_8).length);
            }
        }
        for (Map.Entry<String, String> link : links.entrySet()) {
            PlannedInode target = byPath.get(link.getValue());
            if (target == null || !(target.node() instanceof Node.RegularFile)) {
                throw new IOException(
                        "hard link " + link.getKey() + " names no file: " + link.getValue());
            }
            target.addLink();
            byPath.put(link.getKey(), target);
        }
    }

    private void linkDirectories() throws IOException {
        Map<String, List<DirectoryBlocks.Entry>> members = new HashMap<>();
        for (Map.Entry<String, PlannedInode> entry : byPath.entrySet()) {
            String path = entry.getKey();
            PlannedInode inode = entry.getValue();
            String parent = path.equals("/") ? "/" : parentOf(path);
            PlannedInode parentInode = byPath.get(parent);
            if (parentInode == null) {
                throw new IOException("the directory of " + path + " is missing in the tree");
            }
            if (!path.equals("/")) {
                String name = path.substring(path.lastIndexOf('/') + 1);
                members.computeIfAbsent(parent, _ -> new ArrayList<>())
                        .add(new DirectoryBlocks.Entry(name, inode));
            }
            if (inode.node() instanceof Node.Directory) {
                List<DirectoryBlocks.Entry> own =
                        members.computeIfAbsent(path, _ -> new ArrayList<>());
                own.add(new DirectoryBlocks.Entry(".", inode));
                own.add(new DirectoryBlocks.Entry("..", parentInode));
                if (!path.equals("/")) {
                    parentInode.addLink();
                }
            }
        }
        for (PlannedInode inode : inodes) {
            if (inode.node() instanceof Node.Directory) {
                DirectoryBlocks data =
                        new DirectoryBlocks(
                                members.getOrDefault(inode.path(), Collections.emptyList()));
                directories.put(inode, data);
                inode.resize(data.sizeBytes());
            }
        }
    }

    /** The directory two levels below the top that a path is in, such as /lib/modules. */
    private static String groupOf(String path) {
        int second = path.indexOf('/', 1);
        int third = second < 0 ? -1 : path.indexOf('/', second + 1);
        return third < 0 ? path.substring(0, Math.max(second, 0)) : path.substring(0, third);
    }

    private static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }
}
