package io.keelson.payload.manifest;

import io.keelson.payload.wire.WireWriter;

import java.util.HexFormat;
import java.util.List;

/** Writes a manifest; fields in ascending order, so equal manifests give equal bytes. */
public final class ManifestFormatter {
    private ManifestFormatter() {}

    public static byte[] format(PayloadManifest manifest) {
        WireWriter out = new WireWriter().count(3, manifest.blockSize());
        manifest.signatures()
                .ifPresent(signatures ->
                        out.count(4, signatures.offset()).count(5, signatures.sizeBytes()));
        out.count(12, manifest.minorVersion());
        manifest.partitions().forEach(partition -> out.message(13, partition(partition)));
        if (manifest.partialUpdate()) {
            out.count(16, 1);
        }
        manifest.chunkIndex()
                .ifPresent(hash -> out.bytes(ManifestParser.CHUNK_INDEX_FIELD, hash.bytes()));
        return out.toByteArray();
    }

    private static WireWriter partition(PartitionUpdate partition) {
        WireWriter out = new WireWriter().string(1, partition.name());
        partition.source().ifPresent(source -> out.message(6, content(source)));
        out.message(7, content(partition.target()));
        partition.operations().forEach(operation -> out.message(8, operation(operation)));
        partition
                .verity()
                .ifPresent(verity ->
                        out.string(12, verity.algorithm())
                                .bytes(13, HexFormat.of().parseHex(verity.saltHex())));
        if (!partition.version().isEmpty()) {
            out.string(17, partition.version());
        }
        partition
                .verity()
                .flatMap(PartitionUpdate.Verity::rootHash)
                .ifPresent(hash -> out.bytes(ManifestParser.ROOT_HASH_FIELD, hash.bytes()));
        return out;
    }

    private static WireWriter operation(InstallOperation operation) {
        WireWriter out = new WireWriter().count(1, operation.type().number());
        if (operation.type().hasData()) {
            out.count(2, operation.dataOffset()).count(3, operation.dataLength());
        }
        extents(out, 4, operation.source().extents());
        extents(out, 6, operation.destination());
        operation.dataSha256().ifPresent(hash -> out.bytes(8, hash.bytes()));
        operation.source().sha256().ifPresent(hash -> out.bytes(9, hash.bytes()));
        extents(out, ManifestParser.HISTORY_FIELD, operation.history());
        return out;
    }

    private static void extents(WireWriter out, int field, List<Extent> extents) {
        for (Extent extent : extents) {
            out.message(
                    field,
                    new WireWriter().count(1, extent.startBlock()).count(2, extent.blocks()));
        }
    }

    private static WireWriter content(PartitionUpdate.Content content) {
        WireWriter out = new WireWriter().count(1, content.sizeBytes());
        content.sha256().ifPresent(hash -> out.bytes(2, hash.bytes()));
        return out;
    }
}
