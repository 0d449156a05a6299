package io.keelson.image.compress;

/** Compresses pieces of a file that are read back one at a time. Not for several threads. */
public interface ClusterEncoder extends AutoCloseable {
    /** The unit that compressed pieces are stored in. */
    int BLOCK_BYTES = 4096;

    /**
     * Compresses a piece that starts at {@code from} and ends where the compressed form fills whole
     * blocks best, at {@code to} at the latest.
     */
    Cluster encode(byte[] content, int from, int to);

    @Override
    void close();

    /** A compressed piece, good until the next one is made. */
    final class Cluster {
        private final int consumed;
        private final byte[] bytes;
        private final int length;

        Cluster(int consumed, byte[] bytes, int length) {
            this.consumed = consumed;
            this.bytes = bytes;
            this.length = length;
        }

        /** Bytes of content in it. */
        public int consumed() {
            return consumed;
        }

        /** Bytes of its compressed form. */
        public int length() {
            return length;
        }

        /** Blocks that it takes. */
        public int blocks() {
            return (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
        }

        /** Copies the compressed form. */
        public void copyTo(byte[] target, int offset) {
            System.arraycopy(bytes, 0, target, offset, length);
        }
    }
}
