package io.keelson.disk.verity;

import io.keelson.disk.gpt.RootHash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.UUID;

/** A dm-verity hash partition: superblock and SHA-256 tree, as {@code veritysetup format} makes. */
public final class VerityTree {
    private VerityTree() {}

    /** Collects data in order. */
    public static final class Builder {
        private Builder() {}

        /** Takes the next bytes of the data, any number. */
        public void update(ByteBuffer data) {
            throw new UnsupportedOperationException();
        }

        public VerityTree finish() {
            throw new UnsupportedOperationException();
        }
    }

    public static Builder builder(long dataBlocks, byte[] salt, UUID uuid) {
        throw new UnsupportedOperationException();
    }

    public static VerityTree of(Path file, byte[] salt, UUID uuid)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    public RootHash rootHash() {
        throw new UnsupportedOperationException();
    }

    public long dataBlocks() {
        throw new UnsupportedOperationException();
    }

    /** Size of the hash partition's content. */
    public int sizeBytes() {
        throw new UnsupportedOperationException();
    }

    public byte[] partitionBytes() {
        throw new UnsupportedOperationException();
    }

    /** Writes the hash partition's content; does not flush. */
    public void writeTo(FileChannel out, long offset) throws IOException {
        throw new UnsupportedOperationException();
    }
}
