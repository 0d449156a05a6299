package io.keelson.payload.apply;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.host.zstd.ZstdDecoder;
import io.keelson.payload.AppliedPayload;
import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadManifest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/** Turns operations into partition content and proves at the end that it is the signed one. */
final class ContentWriter implements AutoCloseable {
    private final ZstdDecoder decoder;
    private final ByteBuffer compressed =
            ByteBuffer.allocateDirect(ManifestRules.OPERATION_BYTES_MAX);
    private final ByteBuffer content = ByteBuffer.allocateDirect(ManifestRules.OPERATION_BYTES_MAX);
    private final PayloadTargets targets;
    private final PartitionContent usr;
    private final PartitionContent uki;
    private final PartitionUpdate.Verity verity;
    private final VerityTree.Builder tree;

    ContentWriter(PayloadManifest manifest, PayloadTargets targets) throws PayloadException {
        PartitionUpdate usrUpdate = manifest.partition(ManifestRules.USR).orElseThrow();
        PartitionUpdate ukiUpdate = manifest.partition(ManifestRules.UKI).orElseThrow();
        this.targets = targets;
        this.usr = new PartitionContent(usrUpdate, targets.usr());
        this.uki = new PartitionContent(ukiUpdate, targets.uki());
        this.verity = usrUpdate.verity().orElseThrow();
        this.tree =
                VerityTree.builder(
                        usrUpdate.blocks(ManifestRules.BLOCK_SIZE),
                        HexFormat.of().parseHex(verity.saltHex()),
                        VerityDefaults.UUID_OF_TREE);
        this.decoder = new ZstdDecoder();
    }

    void execute(PartitionUpdate partition, InstallOperation operation, byte[] data)
            throws PayloadException {
        int length = (int) operation.dataLength();
        switch (operation.type()) {
            case ZERO -> writeZeros(partition, operation.blocks() * ManifestRules.BLOCK_SIZE);
            case REPLACE -> {
                content.clear().put(data, 0, length);
                writeContent(partition, operation);
            }
            case REPLACE_ZSTD -> {
                compressed.clear().put(data, 0, length).flip();
                decompress(partition, operation);
                writeContent(partition, operation);
            }
            case REPLACE_BZ,
                    MOVE,
                    BSDIFF,
                    SOURCE_COPY,
                    SOURCE_BSDIFF,
                    DISCARD,
                    REPLACE_XZ,
                    PUFFDIFF,
                    BROTLI_BSDIFF,
                    ZUCCHINI,
                    LZ4DIFF_BSDIFF,
                    LZ4DIFF_PUFFDIFF,
                    ZSTD_HISTORY,
                    ZSTD_PATCH,
                    SPLIT_BSDIFF,
                    REPACK ->
                    throw new PayloadException(
                            PayloadError.OPERATION_EXECUTION,
                            operation.type() + " cannot be executed yet");
        }
    }

    /** Verifies the content of both partitions and forces it. */
    AppliedPayload finish(ReleaseVersion version, List<String> signers) throws PayloadException {
        usr.requireSignedContent(PayloadError.NEW_ROOTFS_VERIFICATION);
        uki.requireSignedContent(PayloadError.NEW_KERNEL_VERIFICATION);
        VerityTree finished = tree.finish();
        RootHash signed = verity.rootHash().orElseThrow();
        if (!finished.rootHash().equals(signed)) {
            throw new PayloadException(
                    PayloadError.NEW_ROOTFS_VERIFICATION,
                    "the usr partition as written has the root hash "
                            + finished.rootHash().hex()
                            + ", the payload was signed for "
                            + signed.hex());
        }
        try {
            targets.usr().force();
            targets.uki().force();
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_WRITE,
                    "flushing the written partitions failed: " + e.getMessage(),
                    e);
        }
        return new AppliedPayload(version, signed, finished, signers);
    }

    @Override
    public void close() {
        decoder.close();
    }

    private void decompress(PartitionUpdate partition, InstallOperation operation)
            throws PayloadException {
        int expected = (int) operation.blocks() * ManifestRules.BLOCK_SIZE;
        content.clear().limit(expected);
        try {
            int written = decoder.decompress(compressed, content);
            content.limit(content.capacity()).position(written);
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.OPERATION_EXECUTION,
                    "decompressing the data for block "
                            + operation.destination().getFirst().startBlock()
                            + " of "
                            + partition.name()
                            + " failed: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Data may be shorter than its blocks, the rest is zeros (update_engine does the same). */
    private void writeContent(PartitionUpdate partition, InstallOperation operation)
            throws PayloadException {
        int end = (int) operation.blocks() * ManifestRules.BLOCK_SIZE;
        while (content.position() < end) {
            content.put((byte) 0);
        }
        content.flip();
        write(partition);
    }

    private void writeZeros(PartitionUpdate partition, long bytes) throws PayloadException {
        content.clear();
        while (content.hasRemaining()) {
            content.putLong(0);
        }
        for (long rest = bytes; rest > 0; ) {
            int piece = (int) Math.min(rest, content.capacity());
            content.position(0).limit(piece);
            write(partition);
            rest -= piece;
        }
    }

    private void write(PartitionUpdate partition) throws PayloadException {
        if (partition.name().equals(ManifestRules.USR)) {
            tree.update(content.duplicate());
            usr.append(content);
        } else {
            uki.append(content);
        }
    }
}
