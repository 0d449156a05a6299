package io.keelson.payload.manifest;

import io.keelson.payload.wire.WireWriter;

import java.util.HexFormat;

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
        return out.toByteArray();
    }

    private static WireWriter partition(PartitionUpdate partition) {
        WireWriter info = new WireWriter().count(1, partition.sizeBytes());
        partition.sha256().ifPresent(hash -> info.bytes(2, hash.bytes()));
        WireWriter out = new WireWriter().string(1, partition.name()).message(7, info);
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
        for (Extent extent : operation.destination()) {
            out.message(
                    6, new WireWriter().count(1, extent.startBlock()).count(2, extent.blocks()));
        }
        operation.dataSha256().ifPresent(hash -> out.bytes(8, hash.bytes()));
        return out;
    }
}
