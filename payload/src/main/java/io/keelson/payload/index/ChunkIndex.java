package io.keelson.payload.index;

import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a full payload will write, in few enough bytes to fetch before deciding what to fetch. A
 * file beside the payload, whose SHA-256 the signed manifest carries:
 *
 * <pre>
 *   "KeelIdx1"
 *   for each partition of the manifest, in its order:
 *     u32[blocks]          first 4 bytes of each block's dm-verity leaf hash
 *     u8[16][operations]   for each operation, the start of the SHA-256 over the whole leaf hashes
 *                          of the blocks it writes
 * </pre>
 *
 * <p>The short hashes only find candidates; the operation's digest proves them, from hashes alone.
 */
public final class ChunkIndex {
    /** Added to the payload's file name. */
    public static final String SUFFIX = ".index";

    static final int PREFIX_BYTES = 4;
    static final int DIGEST_BYTES = 16;
    private static final byte[] MAGIC = "KeelIdx1".getBytes(StandardCharsets.US_ASCII);
    private static final long BYTES_MAX = 16L << 20;

    private final List<ByteBuffer> prefixes;
    private final List<ByteBuffer> digests;

    private ChunkIndex(List<ByteBuffer> prefixes, List<ByteBuffer> digests) {
        this.prefixes = prefixes;
        this.digests = digests;
    }

    /**
     * Reads the index of a payload.
     *
     * @param manifest of the payload, signed
     * @throws ChunkIndexException when the payload has none, or this is not it
     */
    public static ChunkIndex read(InputStream in, PayloadManifest manifest) throws IOException {
        Sha256 signed =
                manifest.chunkIndex()
                        .orElseThrow(
                                () -> new ChunkIndexException("the payload has no chunk index"));
        long size = bytes(manifest);
        if (size > BYTES_MAX) {
            throw new ChunkIndexException(
                    "the chunk index would have " + size + " bytes; at most " + BYTES_MAX);
        }
        byte[] bytes = in.readNBytes((int) size + 1);
        if (bytes.length != size || !Sha256.of(Sha256.digest(bytes)).equals(signed)) {
            throw new ChunkIndexException(
                    "the chunk index is not the one the payload's manifest names");
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes).position(MAGIC.length);
        if (ByteBuffer.wrap(bytes, 0, MAGIC.length).compareTo(ByteBuffer.wrap(MAGIC)) != 0) {
            throw new ChunkIndexException("the chunk index is of a generation not known here");
        }
        List<ByteBuffer> prefixes = new ArrayList<>();
        List<ByteBuffer> digests = new ArrayList<>();
        for (PartitionUpdate partition : manifest.partitions()) {
            prefixes.add(take(rest, PREFIX_BYTES * partition.blocks(ManifestRules.BLOCK_SIZE)));
            digests.add(take(rest, (long) DIGEST_BYTES * partition.operations().size()));
        }
        return new ChunkIndex(prefixes, digests);
    }

    /**
     * The index's bytes.
     *
     * @param leaves for each partition, the leaf hashes of all its blocks
     */
    public static byte[] format(PayloadManifest manifest, List<byte[]> leaves) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes(manifest))).put(MAGIC);
        for (int i = 0; i < leaves.size(); i++) {
            byte[] hashes = leaves.get(i);
            for (int at = 0; at < hashes.length; at += Sha256.BYTES) {
                out.put(hashes, at, PREFIX_BYTES);
            }
            int block = 0;
            for (var operation : manifest.partitions().get(i).operations()) {
                var digest = Sha256.digest();
                int blocks = (int) operation.blocks();
                digest.update(hashes, block * Sha256.BYTES, blocks * Sha256.BYTES);
                out.put(digest.digest(), 0, DIGEST_BYTES);
                block += blocks;
            }
        }
        return out.array();
    }

    /** Size of the index of a payload, which depends on how much it writes alone. */
    public static long bytes(PayloadManifest manifest) {
        long bytes = MAGIC.length;
        for (PartitionUpdate partition : manifest.partitions()) {
            bytes += PREFIX_BYTES * partition.blocks(ManifestRules.BLOCK_SIZE);
            bytes += (long) DIGEST_BYTES * partition.operations().size();
        }
        return bytes;
    }

    int prefix(int partition, int block) {
        return prefixes.get(partition).getInt(block * PREFIX_BYTES);
    }

    boolean matches(int partition, int operation, byte[] sha256) {
        return digests.get(partition)
                .slice(operation * DIGEST_BYTES, DIGEST_BYTES)
                .equals(ByteBuffer.wrap(sha256, 0, DIGEST_BYTES));
    }

    private static ByteBuffer take(ByteBuffer from, long bytes) {
        ByteBuffer part = from.slice(from.position(), (int) bytes);
        from.position(from.position() + (int) bytes);
        return part;
    }
}
