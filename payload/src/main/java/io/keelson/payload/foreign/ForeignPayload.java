package io.keelson.payload.foreign;

import io.keelson.host.BufferInputStream;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.manifest.AospRules;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestException;
import io.keelson.payload.manifest.ManifestParser;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.operation.HistoryBytes;
import io.keelson.payload.operation.OperationExecutor;
import io.keelson.payload.patch.SourceBytes;

import org.brotli.dec.BrotliInputStream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A payload of AOSP or of a system like it: partitions of any name, blocks in any order, every
 * operation of its minor versions that a plain image can carry. Its signatures are those of another
 * system's keys and are not looked at: what is written is compared with the hashes the payload
 * states itself, which proves that it was applied rightly and not where it came from.
 */
public final class ForeignPayload {
    private static final SourceBytes NOTHING =
            new SourceBytes() {
                @Override
                public long size() {
                    return 0;
                }

                @Override
                public void read(long offset, ByteBuffer into) throws IOException {
                    throw new IOException("the payload names no old partition to read");
                }
            };

    private final PayloadManifest manifest;
    private final InputStream in;
    private final ByteBuffer data;
    private final ByteBuffer content = ByteBuffer.allocateDirect(ManifestRules.OPERATION_BYTES_MAX);

    private ForeignPayload(PayloadManifest manifest, InputStream in) {
        this.manifest = manifest;
        this.in = in;
        this.data = ByteBuffer.allocateDirect(longestData(manifest));
    }

    /**
     * Reads and checks the metadata.
     *
     * @param in the payload from its first byte; the caller keeps owning it
     */
    public static ForeignPayload open(InputStream in) throws IOException {
        try {
            PayloadHeader header = PayloadHeader.parse(read(in, PayloadHeader.BYTES));
            PayloadManifest manifest = ManifestParser.parse(read(in, header.manifestBytes()));
            AospRules.check(manifest);
            byte[] _ = read(in, header.metadataSignatureBytes());
            return new ForeignPayload(manifest, in);
        } catch (ManifestException e) {
            throw new PayloadException(e);
        }
    }

    public PayloadManifest manifest() {
        return manifest;
    }

    /**
     * Executes every operation and compares each partition, read back, with its hash.
     *
     * @throws IOException also when a source or a result is not the one the payload states
     */
    public void apply(Partitions partitions) throws IOException {
        try (var executor = new OperationExecutor(ForeignPayload::brotli)) {
            for (PartitionUpdate update : manifest.partitions()) {
                PayloadTarget target = partitions.target(update.name());
                SourceBytes source =
                        update.source().isPresent() ? partitions.source(update.name()) : NOTHING;
                write(update, source, target, executor);
                requireHash(update, target);
                target.force();
            }
        }
    }

    private void write(
            PartitionUpdate update,
            SourceBytes source,
            PayloadTarget target,
            OperationExecutor executor)
            throws IOException {
        var inputs = new OperationExecutor.Inputs(source, HistoryBytes.NONE);
        for (int i = 0; i < update.operations().size(); i++) {
            InstallOperation operation = update.operations().get(i);
            String where = update.name() + " operation " + i;
            receive(where, operation);
            try {
                executor.execute(
                        operation,
                        data,
                        inputs,
                        new ExtentSink(
                                target, update.sizeBytes(), operation.destination(), content));
            } catch (IOException e) {
                throw new IOException(
                        where + " (" + operation.type() + ") failed: " + e.getMessage(), e);
            }
        }
    }

    private void receive(String where, InstallOperation operation) throws IOException {
        data.clear().limit(0);
        if (!operation.type().hasData()) {
            return;
        }
        byte[] bytes = read(in, (int) operation.dataLength());
        if (!operation.dataSha256().orElseThrow().equals(Sha256.of(Sha256.digest(bytes)))) {
            throw new IOException(
                    "the data of " + where + " does not have the hash the manifest states");
        }
        data.clear().put(bytes).flip();
    }

    private static void requireHash(PartitionUpdate update, PayloadTarget target)
            throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        for (long offset = 0; offset < update.sizeBytes(); offset += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), update.sizeBytes() - offset));
            target.read(buffer, offset);
            digest.update(buffer.flip());
        }
        Sha256 stated = update.sha256().orElseThrow();
        if (!stated.matches(digest)) {
            throw new IOException(
                    "the partition "
                            + update.name()
                            + " as written does not have the hash "
                            + stated.hex()
                            + " that the payload states");
        }
    }

    private static InputStream brotli(ByteBuffer compressed) throws IOException {
        return new BrotliInputStream(new BufferInputStream(compressed));
    }

    private static byte[] read(InputStream in, int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length != bytes) {
            throw new EOFException("the payload is cut short");
        }
        return read;
    }

    private static int longestData(PayloadManifest manifest) {
        return (int)
                manifest.partitions().stream()
                        .flatMap(partition -> partition.operations().stream())
                        .mapToLong(InstallOperation::dataLength)
                        .max()
                        .orElse(0);
    }

    /** Where partitions are, by the payload's names for them. */
    public interface Partitions {
        /** Where the new content goes; readable, and all zeros where nothing is written. */
        PayloadTarget target(String name) throws IOException;

        /** The old content; asked for only where the payload builds on one. */
        SourceBytes source(String name) throws IOException;
    }
}
