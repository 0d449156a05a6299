package io.keelson.image.erofs;

import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;

import java.nio.ByteBuffer;
import java.util.Optional;

/** An inode on its way into the image: first its size is known, then its places. */
final class PlannedInode {
    static final int HEADER_BYTES = 64;
    private static final int FORMAT_EXTENDED = 1;
    private static final int LAYOUT_PLAIN = 0;
    private static final int LAYOUT_COMPRESSED_FULL = 1;
    private static final int LAYOUT_INLINE = 2;
    private static final int MAP_ALIGNMENT_BYTES = 8;
    private static final int NID_UNIT_BYTES = 32;

    /** What an inode shares with no other, and what it shares with all. */
    record Identity(int number, long epochSeconds) {}

    private final String path;
    private final Node node;
    private final byte[] xattrs;
    private int links;
    private long size;
    private boolean inline;
    private Optional<Extents> extents = Optional.empty();
    private long metadataOffset;
    private long firstBlock;

    PlannedInode(String path, Node node, byte[] xattrs) {
        this.path = path;
        this.node = node;
        this.xattrs = xattrs;
        this.links = node instanceof Node.Directory ? 2 : 1;
    }

    String path() {
        return path;
    }

    Node node() {
        return node;
    }

    long size() {
        return size;
    }

    void resize(long bytes) {
        size = bytes;
    }

    void addLink() {
        links++;
    }

    int fileType() {
        return switch (node) {
            case Node.RegularFile ignored -> 1;
            case Node.Directory ignored -> 2;
            case Node.Symlink ignored -> 7;
            case Node.HardLink link -> throw new IllegalStateException("not resolved: " + link);
        };
    }

    private int typeBits() {
        return switch (node) {
            case Node.RegularFile ignored -> 0100000;
            case Node.Directory ignored -> 0040000;
            case Node.Symlink ignored -> 0120000;
            case Node.HardLink link -> throw new IllegalStateException("not resolved: " + link);
        };
    }

    private int tailBytes() {
        return (int) (size % Superblock.BLOCK_BYTES);
    }

    /** Its content will be these extents instead of its bytes. */
    void compress(Extents compressed) {
        extents = Optional.of(compressed);
    }

    Optional<Extents> extents() {
        return extents;
    }

    /** Bytes of the tail that lie behind the inode. */
    int inlineBytes() {
        return inline ? tailBytes() : 0;
    }

    /** Whole blocks of the data area. */
    long dataBlocks() {
        if (extents.isPresent()) {
            return extents.get().blocks();
        }
        return size / Superblock.BLOCK_BYTES + (inline || tailBytes() == 0 ? 0 : 1);
    }

    long nid() {
        return metadataOffset / NID_UNIT_BYTES;
    }

    /**
     * Takes a place at or behind {@code offset} and returns the end of it. The kernel refuses
     * inline data that crosses a block, so an inode and its tail share one.
     */
    long placeMetadata(long offset, int inlineTailMax) {
        int fixed = HEADER_BYTES + xattrs.length;
        int tail = tailBytes();
        inline =
                extents.isEmpty()
                        && tail > 0
                        && tail <= inlineTailMax
                        && fixed + tail <= Superblock.BLOCK_BYTES;
        int together = fixed + inlineBytes();
        long start = offset;
        if (start % Superblock.BLOCK_BYTES + together > Superblock.BLOCK_BYTES) {
            start = (start / Superblock.BLOCK_BYTES + 1) * Superblock.BLOCK_BYTES;
        }
        metadataOffset = start;
        int need = together;
        if (extents.isPresent()) {
            need = mapOffset() + Extents.mapBytes(size);
        }
        return (start + need + NID_UNIT_BYTES - 1) / NID_UNIT_BYTES * NID_UNIT_BYTES;
    }

    /** Where the map of the extents is, counted from the inode, which is aligned more strictly. */
    private int mapOffset() {
        int fixed = HEADER_BYTES + xattrs.length;
        return (fixed + MAP_ALIGNMENT_BYTES - 1) / MAP_ALIGNMENT_BYTES * MAP_ALIGNMENT_BYTES;
    }

    /** Takes data blocks from {@code block} on and returns the first one behind them. */
    long placeData(long block) {
        firstBlock = dataBlocks() == 0 ? 0 : block;
        return block + dataBlocks();
    }

    long firstBlock() {
        return firstBlock;
    }

    void write(ByteBuffer metadata, Identity identity, byte[] tail) {
        Metadata meta = node.metadata();
        ByteBuffer out = metadata.duplicate().order(metadata.order());
        out.position(Math.toIntExact(metadataOffset));
        int layout =
                extents.isPresent()
                        ? LAYOUT_COMPRESSED_FULL
                        : inline ? LAYOUT_INLINE : LAYOUT_PLAIN;
        out.putShort((short) ((layout << 1) | FORMAT_EXTENDED));
        out.putShort((short) XattrBody.count(xattrs));
        out.putShort((short) ((meta.mode() & 07777) | typeBits())).putShort((short) 0);
        // A compressed inode has the number of its blocks here; its map says where they are.
        out.putLong(size)
                .putInt((int) (extents.isPresent() ? dataBlocks() : firstBlock))
                .putInt(identity.number());
        out.putInt(meta.uid()).putInt(meta.gid());
        out.putLong(identity.epochSeconds()).putInt(0).putInt(links);
        out.position(Math.toIntExact(metadataOffset) + HEADER_BYTES);
        out.put(xattrs).put(tail);
        if (extents.isPresent()) {
            out.position(Math.toIntExact(metadataOffset) + mapOffset());
            out.put(extents.get().map(size, firstBlock));
        }
    }
}
