package io.keelson.payload.delta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads where the content of files lies in an EROFS image (Linux, fs/erofs/erofs_fs.h): extended
 * inodes, plain, tail-inline and compressed layouts. An image of another kind has no files here and
 * is treated as one.
 */
final class ErofsFiles {
    private static final int SUPERBLOCK_AT = 1024;
    private static final int MAGIC = 0xE0F5E1E2;
    private static final int ROOT_NID_AT = SUPERBLOCK_AT + 14;
    private static final int INODE_UNIT_BYTES = 32;
    private static final int INODE_BYTES = 64;
    private static final int ENTRY_BYTES = 12;
    private static final int XATTR_HEADER_BYTES = 12;
    private static final int TYPE_MASK = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int LAYOUT_COMPRESSED = 1;
    private static final int LAYOUT_INLINE = 2;

    /** The first index of a compressed file is behind the map's header and 8 unused bytes. */
    private static final int FIRST_INDEX_AT = 16;

    private static final int MAP_ALIGNMENT = 8;
    private static final int FORMAT_EXTENDED = 1;
    private static final int DEPTH_MAX = 64;
    private static final int DIRECTORY_BYTES_MAX = 64 << 20;

    private final ImageFile image;
    private final List<Span> spans = new ArrayList<>();
    private final Set<Long> seen = new HashSet<>();

    private ErofsFiles(ImageFile image) {
        this.image = image;
    }

    /** Blocks that belong together, under the name of the file they are. */
    record Span(String path, int startBlock, int blocks) {
        int endBlock() {
            return startBlock + blocks;
        }
    }

    /** All of the image in order: what precedes the first file, then the files. */
    static List<Span> of(ImageFile image) throws IOException {
        var files = new ErofsFiles(image);
        ByteBuffer start = files.bytes(0, ImageFile.BLOCK);
        if (image.sizeBytes() > ImageFile.BLOCK && start.getInt(SUPERBLOCK_AT) == MAGIC) {
            files.walk("", Short.toUnsignedLong(start.getShort(ROOT_NID_AT)), 0);
        }
        return files.complete();
    }

    private List<Span> complete() {
        spans.sort(Comparator.comparingInt(Span::startBlock));
        List<Span> all = new ArrayList<>();
        int cursor = 0;
        for (Span span : spans) {
            if (span.startBlock > cursor) {
                all.add(new Span("", cursor, span.startBlock - cursor));
            }
            if (span.startBlock >= cursor) {
                all.add(span);
                cursor = span.endBlock();
            }
        }
        if (cursor < image.blocks()) {
            all.add(new Span("", cursor, image.blocks() - cursor));
        }
        return all;
    }

    private void walk(String path, long nid, int depth) throws IOException {
        if (depth > DEPTH_MAX || !seen.add(nid)) {
            return;
        }
        long offset = nid * INODE_UNIT_BYTES;
        ByteBuffer inode = bytes(offset, INODE_BYTES);
        int format = inode.getShort(0);
        if ((format & 1) != FORMAT_EXTENDED) {
            throw new IOException("the inode of " + path + " in the EROFS image is not extended");
        }
        int layout = format >> 1 & 7;
        int xattrs = Short.toUnsignedInt(inode.getShort(2));
        int mode = Short.toUnsignedInt(inode.getShort(4));
        long size = inode.getLong(8);
        int startBlock = inode.getInt(16);
        boolean isInline = layout == LAYOUT_INLINE;
        long tail = offset + INODE_BYTES + xattrBytes(xattrs);
        long blocks = (isInline ? size : size + ImageFile.BLOCK - 1) / ImageFile.BLOCK;
        if (layout == LAYOUT_COMPRESSED) {
            blocks = startBlock;
            startBlock = firstCompressedBlock(tail);
        }
        if (size < 0 || startBlock < 0 || startBlock + blocks > image.blocks()) {
            throw new IOException("the content of " + path + " is not within the EROFS image");
        }
        if (blocks > 0) {
            spans.add(new Span(path.isEmpty() ? "/" : path, startBlock, (int) blocks));
        }
        if ((mode & TYPE_MASK) == DIRECTORY) {
            walkEntries(path, directory(path, size, startBlock, isInline ? tail : -1), depth);
        }
    }

    /** A compressed file has the number of its blocks in its inode, and their place in its map. */
    private int firstCompressedBlock(long inodeEnd) throws IOException {
        long map = (inodeEnd + MAP_ALIGNMENT - 1) / MAP_ALIGNMENT * MAP_ALIGNMENT;
        return bytes(map + FIRST_INDEX_AT, Long.BYTES).getInt(4);
    }

    private static int xattrBytes(int count) {
        return count == 0 ? 0 : XATTR_HEADER_BYTES + 4 * (count - 1);
    }

    private ByteBuffer directory(String path, long size, int startBlock, long tail)
            throws IOException {
        if (size > DIRECTORY_BYTES_MAX) {
            throw new IOException("the directory " + path + " has " + size + " bytes");
        }
        byte[] content = new byte[(int) size];
        int inBlocks = (int) (tail < 0 ? size : size / ImageFile.BLOCK * ImageFile.BLOCK);
        image.read((long) startBlock * ImageFile.BLOCK, content, 0, inBlocks);
        if (tail >= 0) {
            image.read(tail, content, inBlocks, (int) size - inBlocks);
        }
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void walkEntries(String path, ByteBuffer entries, int depth) throws IOException {
        for (int block = 0; block < entries.limit(); block += ImageFile.BLOCK) {
            int end = Math.min(block + ImageFile.BLOCK, entries.limit());
            int count = Short.toUnsignedInt(entries.getShort(block + 8)) / ENTRY_BYTES;
            for (int i = 0; i < count; i++) {
                int entry = block + i * ENTRY_BYTES;
                int nameStart = block + Short.toUnsignedInt(entries.getShort(entry + 8));
                int nameEnd =
                        i + 1 < count
                                ? block + Short.toUnsignedInt(entries.getShort(entry + 20))
                                : end;
                String name = name(entries, nameStart, nameEnd);
                if (!name.equals(".") && !name.equals("..")) {
                    walk(path + "/" + name, entries.getLong(entry), depth + 1);
                }
            }
        }
    }

    private static String name(ByteBuffer entries, int start, int end) {
        byte[] bytes = new byte[end - start];
        entries.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8).replaceAll("\0+$", "");
    }

    private ByteBuffer bytes(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        image.read(offset, bytes, 0, length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
