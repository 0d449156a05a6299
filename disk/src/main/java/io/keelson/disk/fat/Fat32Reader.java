package io.keelson.disk.fat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the files of a FAT32 file system into memory, whoever wrote it (Microsoft FAT specification
 * 1.03).
 */
public final class Fat32Reader {
    /** An ESP of ours has a few dozen MiB in it. */
    private static final long CONTENT_BYTES_MAX = 512L << 20;

    private static final int TABLE_BYTES_MAX = 64 << 20;
    private static final int DEPTH_MAX = 16;
    private static final int BOOT_BYTES = 512;
    private static final int CLUSTER_MASK = 0x0FFFFFFF;
    private static final int END_OF_CHAIN_MIN = 0x0FFFFFF8;
    private static final int DELETED = 0xE5;
    private static final int LONG_NAME_UNITS = 13;
    private static final int LONG_NAME_PARTS_MAX = 20;

    /**
     * What is in a file system.
     *
     * @param volumeId its serial number
     * @param sectorSize of its own arithmetic
     * @param files by absolute path; empty directories are not told
     */
    public record Content(int volumeId, int sectorSize, SortedMap<String, ByteSource> files) {}

    private final FileChannel in;
    private final long offset;
    private final int clusterBytes;
    private final long dataOffset;
    private final ByteBuffer table;
    private final SortedMap<String, ByteSource> files = new TreeMap<>();
    private long total;

    private Fat32Reader(FileChannel in, long offset, ByteBuffer boot) throws IOException {
        this.in = in;
        this.offset = offset;
        int sectorSize = Short.toUnsignedInt(boot.getShort(11));
        long reserved = Short.toUnsignedLong(boot.getShort(14));
        long tableBytes = Integer.toUnsignedLong(boot.getInt(36)) * sectorSize;
        this.clusterBytes = Byte.toUnsignedInt(boot.get(13)) * sectorSize;
        if (clusterBytes == 0 || tableBytes == 0 || tableBytes > TABLE_BYTES_MAX) {
            throw damaged("its sizes make no sense");
        }
        this.table = read(reserved * sectorSize, (int) tableBytes);
        this.dataOffset = reserved * sectorSize + Byte.toUnsignedInt(boot.get(16)) * tableBytes;
    }

    /**
     * Reads all files.
     *
     * @param offset where the file system begins in the disk
     * @throws IOException also when it is not FAT32, or damaged, or too large to keep in memory
     */
    public static Content read(FileChannel in, long offset) throws IOException {
        ByteBuffer boot = ByteBuffer.allocate(BOOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(in, boot, offset);
        byte[] type = new byte[8];
        boot.get(82, type);
        if (boot.getShort(510) != (short) 0xAA55
                || !new String(type, StandardCharsets.US_ASCII).equals("FAT32   ")) {
            throw new IOException("there is no FAT32 file system at byte " + offset);
        }
        Fat32Reader reader = new Fat32Reader(in, offset, boot);
        reader.directory("", boot.getInt(44), 0);
        return new Content(boot.getInt(67), Short.toUnsignedInt(boot.getShort(11)), reader.files);
    }

    private void directory(String path, int cluster, int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            throw damaged("directories are nested deeper than " + DEPTH_MAX);
        }
        ByteBuffer entries = chain(cluster, Long.MAX_VALUE);
        char[] longName = new char[LONG_NAME_PARTS_MAX * LONG_NAME_UNITS];
        int longChars = 0;
        for (int at = 0; at < entries.limit() && entries.get(at) != 0; at += 32) {
            int attributes = entries.get(at + 11);
            if (Byte.toUnsignedInt(entries.get(at)) == DELETED) {
                longChars = 0;
            } else if (attributes == 0x0F) {
                longChars = Math.max(longChars, longPart(entries, at, longName));
            } else {
                String name = longChars > 0 ? upToNul(longName, longChars) : shortName(entries, at);
                longChars = 0;
                if ((attributes & 0x08) == 0 && !name.equals(".") && !name.equals("..")) {
                    entry(path + "/" + name, entries, at, depth);
                }
            }
        }
    }

    private void entry(String path, ByteBuffer entries, int at, int depth) throws IOException {
        int cluster =
                (entries.getShort(at + 20) << 16) | Short.toUnsignedInt(entries.getShort(at + 26));
        if ((entries.get(at + 11) & 0x10) != 0) {
            directory(path, cluster, depth + 1);
            return;
        }
        long size = Integer.toUnsignedLong(entries.getInt(at + 28));
        byte[] content = new byte[0];
        if (size > 0) {
            ByteBuffer bytes = chain(cluster, size);
            if (bytes.limit() < size) {
                throw damaged(path + " is shorter than its " + size + " bytes");
            }
            content = new byte[(int) size];
            bytes.get(0, content);
        }
        files.put(path, ByteSource.of(content));
    }

    /** The clusters of a chain, as many as are wanted. */
    private ByteBuffer chain(int first, long wanted) throws IOException {
        int clusters = 0;
        for (int c = first; c < END_OF_CHAIN_MIN && (long) clusters * clusterBytes < wanted; ) {
            clusters++;
            total += clusterBytes;
            if (total > CONTENT_BYTES_MAX) {
                throw damaged("it holds more than " + CONTENT_BYTES_MAX + " bytes, or a loop");
            }
            c = next(c);
        }
        ByteBuffer out =
                ByteBuffer.allocate(Math.multiplyExact(clusters, clusterBytes))
                        .order(ByteOrder.LITTLE_ENDIAN);
        int cluster = first;
        for (int i = 0; i < clusters; i++) {
            out.limit((i + 1) * clusterBytes);
            fill(in, out, offset + dataOffset + (cluster - 2L) * clusterBytes);
            out.position((i + 1) * clusterBytes);
            cluster = next(cluster);
        }
        return out.flip();
    }

    private int next(int cluster) throws IOException {
        if (cluster < 2 || cluster >= table.limit() / 4) {
            throw damaged("a chain leads to cluster " + cluster);
        }
        return table.getInt(cluster * 4) & CLUSTER_MASK;
    }

    private static int longPart(ByteBuffer entries, int at, char[] name) {
        int part = Math.clamp(entries.get(at) & 0x3F, 1, LONG_NAME_PARTS_MAX);
        for (int i = 0; i < LONG_NAME_UNITS; i++) {
            int place = i < 5 ? 1 + 2 * i : i < 11 ? 14 + 2 * (i - 5) : 28 + 2 * (i - 11);
            name[(part - 1) * LONG_NAME_UNITS + i] = (char) entries.getShort(at + place);
        }
        return part * LONG_NAME_UNITS;
    }

    private static String upToNul(char[] name, int limit) {
        int length = 0;
        while (length < limit && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length);
    }

    private static String shortName(ByteBuffer entries, int at) {
        byte[] name = new byte[ShortNames.BYTES];
        entries.get(at, name);
        String base = new String(name, 0, 8, StandardCharsets.ISO_8859_1).stripTrailing();
        String extension = new String(name, 8, 3, StandardCharsets.ISO_8859_1).stripTrailing();
        return extension.isEmpty() ? base : base + "." + extension;
    }

    private ByteBuffer read(long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fill(in, buffer, offset + at);
        return buffer.flip();
    }

    private static void fill(FileChannel in, ByteBuffer buffer, long at) throws IOException {
        long position = at;
        while (buffer.hasRemaining()) {
            int read = in.read(buffer, position);
            if (read < 0) {
                throw new EOFException("the disk ends within its FAT file system");
            }
            position += read;
        }
    }

    private static IOException damaged(String how) {
        return new IOException("the FAT file system is damaged: " + how);
    }
}
