package io.keelson.payload.apply;

import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The content of one partition as it is written, front to back: hashed once for the partition's
 * hash and once for its dm-verity tree. Written by one thread at a time.
 */
final class PartitionContent {
    private static final int READ_BYTES = 1 << 20;

    private final PartitionUpdate update;
    private final PayloadTarget target;
    private final MessageDigest digest = Sha256.digest();
    private final Optional<VerityTree.Builder> tree;

    /** Advanced by the writing thread only. */
    private volatile long position;

    private int operations;

    PartitionContent(PartitionUpdate update, PayloadTarget target) {
        this.update = update;
        this.target = target;
        this.tree =
                update.verity()
                        .map(verity ->
                                VerityTree.builder(
                                        update.blocks(ManifestRules.BLOCK_SIZE),
                                        HexFormat.of().parseHex(verity.saltHex()),
                                        VerityDefaults.UUID_OF_TREE));
    }

    String name() {
        return update.name();
    }

    PayloadTarget target() {
        return target;
    }

    /** Bytes written so far. */
    long position() {
        return position;
    }

    /** Writes the bytes, except for those of the last block that are beyond the content. */
    void append(ByteBuffer bytes) throws PayloadException {
        int length = hash(bytes);
        try {
            target.write(bytes, position);
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_WRITE,
                    "writing "
                            + length
                            + " bytes at offset "
                            + position
                            + " of "
                            + update.name()
                            + " failed: "
                            + e.getMessage(),
                    e);
        }
        advance(length);
    }

    /** Counts an operation whose content was appended as a whole. */
    void operationDone() {
        operations++;
    }

    /** What a journal keeps of the state between two operations. */
    ApplyPoint.Progress progress() {
        return new ApplyPoint.Progress(operations, Sha256.of(snapshot().digest()));
    }

    /**
     * Rebuilds the state from what an earlier apply wrote.
     *
     * @return whether the target holds what the journal says; if not, this object is of no use
     */
    boolean resume(ApplyPoint.Progress done) {
        if (done.operations() > update.operations().size()) {
            return false;
        }
        try {
            readBack(end(done.operations()));
        } catch (IOException _) {
            // What cannot be read is as good as not written.
            return false;
        }
        operations = done.operations();
        return progress().content().equals(done.content());
    }

    boolean isComplete() {
        return operations == update.operations().size();
    }

    int operations() {
        return operations;
    }

    /** Reads everything again from the target and compares it with the signed hash. */
    void requireReadableContent(PayloadError otherwise) throws PayloadException {
        var again = new PartitionContent(update, target);
        try {
            again.readBack(update.sizeBytes());
        } catch (IOException e) {
            throw new PayloadException(
                    otherwise, "reading " + update.name() + " back failed: " + e.getMessage(), e);
        }
        again.requireSignedContent(otherwise);
    }

    void requireSignedContent(PayloadError otherwise) throws PayloadException {
        Sha256 signed = update.sha256().orElseThrow();
        if (position != update.sizeBytes() || !signed.matches(snapshot())) {
            throw new PayloadException(
                    otherwise,
                    "the "
                            + update.name()
                            + " partition as written does not have the signed hash "
                            + signed.hex());
        }
    }

    boolean hasTree() {
        return tree.isPresent();
    }

    /** The tree of all that was written, if it has the signed root hash; call once, in the end. */
    VerityTree signedTree() throws PayloadException {
        VerityTree finished = tree.orElseThrow().finish();
        RootHash signed = update.verity().flatMap(verity -> verity.rootHash()).orElseThrow();
        if (!finished.rootHash().equals(signed)) {
            throw new PayloadException(
                    PayloadError.NEW_ROOTFS_VERIFICATION,
                    "the "
                            + update.name()
                            + " partition as written has the root hash "
                            + finished.rootHash().hex()
                            + ", the payload was signed for "
                            + signed.hex());
        }
        return finished;
    }

    private long end(int operationCount) {
        long blocks =
                operationCount == 0
                        ? 0
                        : update.operations()
                                .get(operationCount - 1)
                                .destination()
                                .getLast()
                                .endBlock();
        return Math.min(blocks * ManifestRules.BLOCK_SIZE, update.sizeBytes());
    }

    private void readBack(long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        while (position < end) {
            buffer.clear().limit((int) Math.min(READ_BYTES, end - position));
            target.read(buffer, position);
            int read = hash(buffer.flip());
            advance(read);
        }
    }

    /** Cuts the bytes at the partition's end and hashes them; returns how many they are. */
    private int hash(ByteBuffer bytes) {
        long rest = update.sizeBytes() - position;
        if (bytes.remaining() > rest) {
            bytes.limit(bytes.position() + (int) rest);
        }
        digest.update(bytes.duplicate());
        tree.ifPresent(builder -> builder.update(bytes.duplicate()));
        return bytes.remaining();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes, others only read.
    private void advance(int bytes) {
        position += bytes;
    }

    private MessageDigest snapshot() {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java runtime cannot clone a SHA-256 state", e);
        }
    }
}
