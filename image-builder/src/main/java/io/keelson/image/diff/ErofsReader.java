package io.keelson.image.diff;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads an EROFS image (Linux, fs/erofs/erofs_fs.h): names and inodes of any, contents of files
 * that are not compressed.
 */
final class ErofsReader implements AutoCloseable {
    private static final int MAGIC = 0xE0F5E1E2;
    private static final int SUPERBLOCK_AT = 1024;
    private static final int BLOCK_BYTES = 4096;
    private static final int COPY_BYTES = 1 << 20;
    private static final int DIRECTORY_BYTES_MAX = 64 << 20;
    private static final int ENTRIES_MAX = 2_000_000;
    private static final int DEPTH_MAX = 64;
    private static final int LAYOUT_PLAIN = 0;
    private static final int LAYOUT_INLINE = 2;
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_DIRECTORY = 0040000;
    private static final int TYPE_REGULAR = 0100000;

    /**
     * A path's inode.
     *
     * @param mode type and permission bits
     * @param layout how the content is stored
     * @param blocks where the whole blocks are, in bytes
     * @param tail where the bytes behind the inode are
     */
    record Inode(int mode, int uid, int gid, long size, int layout, long blocks, long tail) {
        boolean isDirectory() {
            return (mode & TYPE_MASK) == TYPE_DIRECTORY;
        }

        boolean isRegular() {
            return (mode & TYPE_MASK) == TYPE_REGULAR;
        }

        boolean isPlain() {
            return layout == LAYOUT_PLAIN || layout == LAYOUT_INLINE;
        }
    }

    private final FileChannel file;
    private final Path path;
    private final long metadata;
    private final SortedMap<String, Inode> inodes = new TreeMap<>();

    private ErofsReader(FileChannel file, Path path) throws IOException {
        this.file = file;
        this.path = path;
        ByteBuffer superblock = read(SUPERBLOCK_AT, 128);
        if (superblock.getInt(0) != MAGIC || superblock.get(12) != 12) {
            throw damaged("it has no EROFS superblock with blocks of 4096 bytes");
        }
        this.metadata = Integer.toUnsignedLong(superblock.getInt(40)) * BLOCK_BYTES;
        walk("", inode(Short.toUnsignedLong(superblock.getShort(14))), 0);
    }

    static ErofsReader open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new ErofsReader(file, path);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** All paths but the root; those of one file with several names have equal inodes. */
    SortedMap<String, Inode> inodes() {
        return inodes;
    }

    /** Whether two plain files of the same size have the same bytes. */
    boolean sameContent(Inode own, ErofsReader other, Inode others) throws IOException {
        for (long at = 0; at < own.size; at += COPY_BYTES) {
            int length = (int) Math.min(COPY_BYTES, own.size - at);
            if (!content(own, at, length).equals(other.content(others, at, length))) {
                return false;
            }
        }
        return true;
    }

    private void walk(String parent, Inode directory, int depth) throws IOException {
        if (depth > DEPTH_MAX || directory.size > DIRECTORY_BYTES_MAX || !directory.isPlain()) {
            throw damaged("directory " + parent + "/ cannot be read");
        }
        ByteBuffer data = content(directory, 0, (int) directory.size);
        for (int start = 0; start < data.limit(); start += BLOCK_BYTES) {
            int end = Math.min(start + BLOCK_BYTES, data.limit());
            int count = end - start < 12 ? 0 : Short.toUnsignedInt(data.getShort(start + 8)) / 12;
            if (count * 12 > end - start) {
                throw damaged("directory " + parent + "/ has a bad block");
            }
            for (int i = 0; i < count; i++) {
                int nameEnd =
                        i + 1 < count
                                ? start + Short.toUnsignedInt(data.getShort(start + 12 * i + 20))
                                : end;
                int nameAt = start + Short.toUnsignedInt(data.getShort(start + 12 * i + 8));
                String name = name(data, nameAt, nameEnd);
                if (!name.equals(".") && !name.equals("..")) {
                    add(parent + "/" + name, inode(data.getLong(start + 12 * i)), depth);
                }
            }
        }
    }

    private void add(String entry, Inode inode, int depth) throws IOException {
        if (inodes.size() >= ENTRIES_MAX) {
            throw damaged("it has more than " + ENTRIES_MAX + " entries");
        }
        inodes.put(entry, inode);
        if (inode.isDirectory()) {
            walk(entry, inode, depth + 1);
        }
    }

    private String name(ByteBuffer data, int from, int to) throws IOException {
        if (from < 0 || to < from || to > data.limit()) {
            throw damaged("a name is outside its block");
        }
        byte[] bytes = new byte[to - from];
        data.get(from, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private Inode inode(long nid) throws IOException {
        long at = metadata + nid * 32;
        ByteBuffer b = read(at, 64);
        int format = Short.toUnsignedInt(b.getShort(0));
        boolean extended = (format & 1) != 0;
        int xattrs = Short.toUnsignedInt(b.getShort(2));
        long size = extended ? b.getLong(8) : Integer.toUnsignedLong(b.getInt(8));
        if (size < 0) {
            throw damaged("an inode has a negative size");
        }
        return new Inode(
                Short.toUnsignedInt(b.getShort(4)),
                extended ? b.getInt(24) : Short.toUnsignedInt(b.getShort(24)),
                extended ? b.getInt(28) : Short.toUnsignedInt(b.getShort(26)),
                size,
                (format >> 1) & 7,
                Integer.toUnsignedLong(b.getInt(16)) * BLOCK_BYTES,
                at + (extended ? 64 : 32) + (xattrs == 0 ? 0 : 12 + 4L * (xattrs - 1)));
    }

    private ByteBuffer content(Inode inode, long from, int length) throws IOException {
        long inBlocks =
                inode.layout == LAYOUT_INLINE ? inode.size / BLOCK_BYTES * BLOCK_BYTES : inode.size;
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int fromBlocks = Math.clamp(inBlocks - from, 0, length);
        out.limit(fromBlocks);
        fill(out, inode.blocks + from);
        out.limit(length);
        fill(out, inode.tail + Math.max(0, from - inBlocks));
        return out.flip();
    }

    private ByteBuffer read(long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        // The last inode may be shorter than the longest kind.
        if (at < 0 || at >= file.size()) {
            throw damaged("something lies beyond its end");
        }
        buffer.limit((int) Math.min(bytes, file.size() - at));
        fill(buffer, at);
        return buffer.clear();
    }

    private void fill(ByteBuffer buffer, long at) throws IOException {
        long position = at;
        while (buffer.hasRemaining()) {
            int read = file.read(buffer, position);
            if (read < 0) {
                throw new EOFException(path + " ends within a file's content");
            }
            position += read;
        }
    }

    private IOException damaged(String how) {
        return new IOException(path + " cannot be read: " + how);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
