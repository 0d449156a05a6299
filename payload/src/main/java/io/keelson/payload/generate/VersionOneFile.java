package io.keelson.payload.generate;

import io.keelson.host.DurableFile;
import io.keelson.payload.generate.PartitionCompressor.Compressed;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.wire.WireWriter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * A full payload of major version 1, for the update_engine that Flatcar runs (update_metadata.proto
 * of flatcar/update_engine): usr is the partition, the UKI is the kernel procedure. There is no
 * metadata signature; the one signature covers everything before it.
 */
final class VersionOneFile {
    private static final int HEADER_BYTES = 20;
    private static final int KERNEL_PROCEDURE = 0;

    /** The number of the last of the signatures, which is the one that clients verify. */
    private static final int SIGNATURE_VERSION = 2;

    private static final int SIGNATURE_BYTES = 256;
    private static final int COPY_BYTES = 1 << 20;

    /** Old clients write the signature there, which is nowhere. */
    private static final long NO_BLOCK = -1L;

    private final PrivateKey key;

    VersionOneFile(PrivateKey key) {
        this.key = key;
    }

    /** Writes the file; it appears under its name once it is complete and durable. */
    void write(Compressed usr, Compressed kernel, Path blobs, Path out) throws IOException {
        requireAddressable(Files.size(blobs));
        byte[] manifest = manifest(usr, kernel, Files.size(blobs));
        byte[] header =
                ByteBuffer.allocate(HEADER_BYTES)
                        .putInt((int) PayloadHeader.MAGIC)
                        .putLong(1)
                        .putLong(manifest.length)
                        .array();
        Path part = out.resolveSibling("." + out.getFileName() + ".part");
        try (InputStream data = Files.newInputStream(blobs);
                OutputStream file = Files.newOutputStream(part)) {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(header);
            signature.update(manifest);
            file.write(header);
            file.write(manifest);
            byte[] buffer = new byte[COPY_BYTES];
            for (int read = data.read(buffer); read != -1; read = data.read(buffer)) {
                signature.update(buffer, 0, read);
                file.write(buffer, 0, read);
            }
            file.write(signatures(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the signing key cannot be used: " + e.getMessage(), e);
        }
        try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        DurableFile.rename(part, out);
    }

    private static byte[] manifest(Compressed usr, Compressed kernel, long dataBytes) {
        WireWriter out = new WireWriter();
        usr.operations().forEach(operation -> out.message(1, operation(operation)));
        int signatureBytes = signatures(new byte[SIGNATURE_BYTES]).length;
        out.message(2, nothing(dataBytes, signatureBytes));
        out.count(3, ManifestRules.BLOCK_SIZE).count(4, dataBytes).count(5, signatureBytes);
        out.message(9, info(usr));
        WireWriter procedure = new WireWriter().count(1, KERNEL_PROCEDURE);
        kernel.operations().forEach(operation -> procedure.message(2, operation(operation)));
        procedure.message(4, info(kernel));
        return out.message(10, procedure).toByteArray();
    }

    /** How clients that do not know the signature fields are made to skip the signature. */
    private static WireWriter nothing(long offset, int bytes) {
        long blocks = ((long) bytes + ManifestRules.BLOCK_SIZE - 1) / ManifestRules.BLOCK_SIZE;
        return new WireWriter()
                .count(1, OperationType.REPLACE.number())
                .count(2, offset)
                .count(3, bytes)
                .message(6, new WireWriter().count(1, NO_BLOCK).count(2, blocks));
    }

    private static WireWriter operation(InstallOperation operation) {
        WireWriter out =
                new WireWriter()
                        .count(1, operation.type().number())
                        .count(2, operation.dataOffset())
                        .count(3, operation.dataLength());
        for (Extent extent : operation.destination()) {
            out.message(
                    6, new WireWriter().count(1, extent.startBlock()).count(2, extent.blocks()));
        }
        operation.dataSha256().ifPresent(hash -> out.bytes(8, hash.bytes()));
        return out;
    }

    private static WireWriter info(Compressed content) {
        return new WireWriter().count(1, content.sizeBytes()).bytes(2, content.sha256().bytes());
    }

    private static byte[] signatures(byte[] signature) {
        return new WireWriter()
                .message(1, new WireWriter().count(1, SIGNATURE_VERSION).bytes(2, signature))
                .toByteArray();
    }

    /** Offsets have 32 bits in this version. */
    private static void requireAddressable(long dataBytes) throws IOException {
        if (dataBytes >= 1L << Integer.SIZE) {
            throw new IOException(
                    "a payload of major version 1 has room for 4 GiB of data, not for "
                            + dataBytes
                            + " bytes");
        }
    }
}
