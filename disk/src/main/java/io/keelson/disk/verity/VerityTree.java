package io.keelson.disk.verity;

import io.keelson.disk.gpt.RootHash;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A dm-verity hash partition: superblock and SHA-256 tree over 4096-byte blocks, the same bytes as
 * {@code veritysetup format} makes (cryptsetup, lib/verity/verity.c).
 */
public final class VerityTree {
    /** Bytes of the salt field in the superblock. */
    static final int SALT_BYTES_MAX = 256;

    private static final int BLOCK_BYTES = VerityDefaults.BLOCK_BYTES;
    private static final int READ_BLOCKS = 256;

    private final VerityLayout layout;
    private final byte[] partition;
    private final RootHash rootHash;

    private VerityTree(VerityLayout layout, byte[] partition, RootHash rootHash) {
        this.layout = layout;
        this.partition = partition;
        this.rootHash = rootHash;
    }

    /** A tree that grows with its data; it keeps 1/127 of the data's size in memory. */
    public static Builder builder(long dataBlocks, byte[] salt, UUID uuid) {
        return new Builder(VerityLayout.of(dataBlocks), salt, uuid);
    }

    /** The tree of a whole file, hashed on all processors. Its size is a multiple of 4096. */
    public static VerityTree of(Path file, byte[] salt, UUID uuid)
            throws IOException, InterruptedException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() % BLOCK_BYTES != 0) {
                throw new IOException(
                        "%s has %d bytes, not a multiple of %d; pad it"
                                .formatted(file, channel.size(), BLOCK_BYTES));
            }
            Builder builder = builder(channel.size() / BLOCK_BYTES, salt, uuid);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (long first = 0; first < builder.layout.dataBlocks(); first += READ_BLOCKS) {
                long start = first;
                tasks.add(() -> hashRange(channel, builder, salt, start));
            }
            int threads = Runtime.getRuntime().availableProcessors();
            try (var executor = Executors.newFixedThreadPool(threads)) {
                for (Future<Void> done : executor.invokeAll(tasks)) {
                    done.get();
                }
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new IOException(
                        "hashing %s failed: %s".formatted(file, cause.getMessage()), cause);
            }
            builder.hashed = builder.layout.dataBlocks();
            return builder.finish();
        }
    }

    private static Void hashRange(FileChannel channel, Builder builder, byte[] salt, long first)
            throws IOException {
        BlockHasher hasher = new BlockHasher(salt);
        long blocks = Math.min(READ_BLOCKS, builder.layout.dataBlocks() - first);
        ByteBuffer data = ByteBuffer.allocate((int) blocks * BLOCK_BYTES);
        while (data.hasRemaining()) {
            if (channel.read(data, first * BLOCK_BYTES + data.position()) < 0) {
                throw new EOFException("the file became shorter");
            }
        }
        data.flip();
        for (int i = 0; i < blocks; i++) {
            builder.hashLeaf(hasher, data.slice(i * BLOCK_BYTES, BLOCK_BYTES), first + i);
        }
        return null;
    }

    public RootHash rootHash() {
        return rootHash;
    }

    public long dataBlocks() {
        return layout.dataBlocks();
    }

    /** Size of the hash partition's content, a multiple of 4096. */
    public int sizeBytes() {
        return partition.length;
    }

    public byte[] partitionBytes() {
        return partition.clone();
    }

    /** Writes the hash partition's content; does not flush. */
    public void writeTo(FileChannel out, long offset) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(partition);
        while (rest.hasRemaining()) {
            out.write(rest, offset + rest.position());
        }
    }

    /** Takes the data in order, in pieces of any size. */
    public static final class Builder {
        private final VerityLayout layout;
        private final byte[] partition;
        private final byte[] leafDigests;
        private final int leafOffset;
        private final BlockHasher hasher;
        private final ByteBuffer partialBlock = ByteBuffer.allocate(BLOCK_BYTES);
        private long hashed;

        private Builder(VerityLayout layout, byte[] salt, UUID uuid) {
            if (salt.length > SALT_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "a verity salt has at most %d bytes, not %d"
                                .formatted(SALT_BYTES_MAX, salt.length));
            }
            this.layout = layout;
            partition = new byte[layout.sizeBytes()];
            putSuperblock(ByteBuffer.wrap(partition), layout.dataBlocks(), salt, uuid);
            // The only digest of a single block is the root hash and is not stored.
            leafDigests = layout.levels() == 0 ? new byte[BlockHasher.DIGEST_BYTES] : partition;
            leafOffset = layout.levels() == 0 ? 0 : layout.levelOffset(0);
            hasher = new BlockHasher(salt.clone());
        }

        /** Takes the next bytes: all that remains in the buffer. */
        public void update(ByteBuffer data) {
            while (data.hasRemaining()) {
                if (partialBlock.position() == 0 && data.remaining() >= BLOCK_BYTES) {
                    hashNext(data.slice(data.position(), BLOCK_BYTES));
                    data.position(data.position() + BLOCK_BYTES);
                    continue;
                }
                int count = Math.min(partialBlock.remaining(), data.remaining());
                partialBlock.put(data.slice(data.position(), count));
                data.position(data.position() + count);
                if (!partialBlock.hasRemaining()) {
                    hashNext(partialBlock.flip());
                    partialBlock.clear();
                }
            }
        }

        /**
         * Ends the data and computes the levels above the leaves.
         *
         * @throws IllegalStateException when the data is not as long as announced
         */
        public VerityTree finish() {
            if (hashed != layout.dataBlocks() || partialBlock.position() != 0) {
                throw new IllegalStateException(
                        "the verity tree got %d bytes of %d"
                                .formatted(
                                        hashed * BLOCK_BYTES + partialBlock.position(),
                                        layout.dataBlocks() * BLOCK_BYTES));
            }
            byte[] root = new byte[BlockHasher.DIGEST_BYTES];
            if (layout.levels() == 0) {
                return new VerityTree(layout, partition, RootHash.of(leafDigests));
            }
            for (int level = 0; level < layout.levels(); level++) {
                boolean top = level == layout.levels() - 1;
                int target = top ? 0 : layout.levelOffset(level + 1);
                int source = layout.levelOffset(level);
                for (int block = 0; block < layout.levelBlocks().get(level); block++) {
                    hasher.hash(
                            ByteBuffer.wrap(partition, source + block * BLOCK_BYTES, BLOCK_BYTES),
                            top ? root : partition,
                            target + block * BlockHasher.DIGEST_BYTES);
                }
            }
            return new VerityTree(layout, partition, RootHash.of(root));
        }

        private void hashNext(ByteBuffer block) {
            if (hashed == layout.dataBlocks()) {
                throw new IllegalStateException(
                        "the verity tree got more than its %d blocks".formatted(hashed));
            }
            hashLeaf(hasher, block, hashed);
            hashed++;
        }

        private void hashLeaf(BlockHasher with, ByteBuffer block, long index) {
            with.hash(block, leafDigests, leafOffset + (int) index * BlockHasher.DIGEST_BYTES);
        }
    }

    /**
     * <pre>
     *   0 char[8] "verity\0\0"    8 u32 version = 1     12 u32 hash type = 1    16 u8[16] uuid
     *  32 char[32] algorithm     64 u32 data block      68 u32 hash block       72 u64 data blocks
     *  80 u16 salt size          88 u8[256] salt
     * </pre>
     */
    private static void putSuperblock(ByteBuffer out, long dataBlocks, byte[] salt, UUID uuid) {
        out.order(ByteOrder.LITTLE_ENDIAN);
        out.put(0, "verity\0\0".getBytes(StandardCharsets.US_ASCII));
        out.putInt(8, 1).putInt(12, 1);
        // The id's bytes are in text order.
        out.putLong(16, Long.reverseBytes(uuid.getMostSignificantBits()));
        out.putLong(24, Long.reverseBytes(uuid.getLeastSignificantBits()));
        out.put(32, "sha256".getBytes(StandardCharsets.US_ASCII));
        out.putInt(64, BLOCK_BYTES).putInt(68, BLOCK_BYTES).putLong(72, dataBlocks);
        out.putShort(80, (short) salt.length);
        out.put(88, salt);
    }
}
