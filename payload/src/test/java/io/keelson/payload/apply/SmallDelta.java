package io.keelson.payload.apply;

import com.github.luben.zstd.Zstd;

import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.PayloadFixture;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.generate.PayloadFile;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A delta of a few dozen small operations of every kind that depends on something: on the running
 * slot, on blocks written just before, on blocks written long before.
 */
final class SmallDelta {
    static final TrustedKeys KEYS = PayloadFixture.trust(PayloadFixture.EC_P256);
    private static final int BLOCK = ManifestRules.BLOCK_SIZE;
    private static final int PIECES = 24;

    final byte[] oldUsr = text(40 * BLOCK, 1);
    final byte[] oldUki = text(3 * BLOCK + 100, 2);
    final byte[] newUsr;
    final byte[] newUki;
    final byte[] file;

    private final ByteArrayOutputStream blobs = new ByteArrayOutputStream();
    private final Random random = new Random(3);
    private final List<Integer> kinds;

    /** Operations of every kind in turn. */
    SmallDelta(Path directory) throws IOException, InterruptedException {
        this(directory, List.of(0, 1, 2, 3, 4, 5));
    }

    /** Operations that copy from the old partitions and nothing else. */
    static SmallDelta ofCopies(Path directory) throws IOException, InterruptedException {
        return new SmallDelta(directory, List.of(1));
    }

    private SmallDelta(Path directory, List<Integer> kinds)
            throws IOException, InterruptedException {
        this.kinds = kinds;
        ByteArrayOutputStream usr = new ByteArrayOutputStream();
        List<InstallOperation> usrOperations = operations(usr, oldUsr, PIECES);
        newUsr = usr.toByteArray();
        ByteArrayOutputStream uki = new ByteArrayOutputStream();
        List<InstallOperation> ukiOperations = operations(uki, oldUki, 3);
        newUki = Arrays.copyOf(uki.toByteArray(), uki.size() - 1000);
        var payloadFile = new PayloadFile(List.of(PayloadFixture.EC_P256.getPrivate()));
        var manifest =
                new PayloadManifest(
                        BLOCK,
                        Optional.of(payloadFile.signatures(blobs.size())),
                        6,
                        false,
                        List.of(
                                update("usr", oldUsr, newUsr, verity(directory), usrOperations),
                                update("uki", oldUki, newUki, Optional.empty(), ukiOperations)));
        Path data = Files.write(directory.resolve("blobs"), blobs.toByteArray());
        Path out = directory.resolve("delta.payload");
        payloadFile.write(manifest, Capability.HOST, data, out);
        file = Files.readAllBytes(out);
    }

    VerifiedPayload open() throws IOException {
        return PayloadReader.open(stream(0), KEYS);
    }

    InputStream stream(long offset) {
        return new ByteArrayInputStream(file, (int) offset, file.length - (int) offset);
    }

    /** Offsets in the file at which the data of an operation end, ascending. */
    List<Long> operationEnds() throws IOException {
        List<Long> ends = new ArrayList<>();
        VerifiedPayload payload = open();
        for (PartitionUpdate partition : payload.manifest().partitions()) {
            for (InstallOperation operation : partition.operations()) {
                if (operation.type().hasData()) {
                    ends.add(
                            payload.dataOffset() + operation.dataOffset() + operation.dataLength());
                }
            }
        }
        return ends;
    }

    private Optional<PartitionUpdate.Verity> verity(Path directory)
            throws IOException, InterruptedException {
        Path image = Files.write(directory.resolve("new-usr"), newUsr);
        VerityTree tree = VerityTree.of(image, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
        return Optional.of(
                new PartitionUpdate.Verity(
                        "sha256",
                        HexFormat.of().formatHex(VerityDefaults.salt()),
                        Optional.of(tree.rootHash())));
    }

    private static PartitionUpdate update(
            String name,
            byte[] old,
            byte[] content,
            Optional<PartitionUpdate.Verity> verity,
            List<InstallOperation> operations) {
        return new PartitionUpdate(
                name,
                Optional.of(new PartitionUpdate.Content(old.length, hash(old))),
                new PartitionUpdate.Content(content.length, hash(content)),
                "1.1.0",
                verity,
                operations);
    }

    private List<InstallOperation> operations(
            ByteArrayOutputStream content, byte[] old, int count) {
        byte[] padded = Arrays.copyOf(old, (old.length + BLOCK - 1) / BLOCK * BLOCK);
        List<InstallOperation> operations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            operations.add(operation(kinds.get(i % kinds.size()), content, padded));
        }
        return operations;
    }

    private InstallOperation operation(int kind, ByteArrayOutputStream content, byte[] old) {
        int start = content.size() / BLOCK;
        byte[] sofar = content.toByteArray();
        List<Extent> source = List.of(extent(old), extent(old));
        byte[] before = bytes(old, source);
        List<Extent> destination = List.of(new Extent(start, 2));
        return switch (kind) {
            case 0 -> {
                byte[] noise = new byte[2 * BLOCK];
                random.nextBytes(noise);
                content.writeBytes(noise);
                yield new InstallOperation(OperationType.REPLACE, data(noise), destination);
            }
            case 1 -> {
                content.writeBytes(before);
                yield new InstallOperation(
                        OperationType.SOURCE_COPY,
                        InstallOperation.Data.NONE,
                        new InstallOperation.Source(source, hash(before)),
                        destination,
                        List.of());
            }
            case 2 -> {
                byte[] edited = edited(before);
                content.writeBytes(edited);
                yield new InstallOperation(
                        OperationType.ZSTD_PATCH,
                        data(compressed(edited, before)),
                        new InstallOperation.Source(source, hash(before)),
                        destination,
                        List.of());
            }
            case 3 -> history(content, destination, List.of(new Extent(start - 2, 2)));
            case 4 -> {
                content.writeBytes(new byte[2 * BLOCK]);
                yield new InstallOperation(
                        OperationType.ZERO, InstallOperation.Data.NONE, destination);
            }
            default -> history(content, destination, List.of(extent(sofar), extent(sofar)));
        };
    }

    private InstallOperation history(
            ByteArrayOutputStream content, List<Extent> destination, List<Extent> history) {
        byte[] before = bytes(content.toByteArray(), history);
        byte[] edited = edited(before);
        content.writeBytes(edited);
        return new InstallOperation(
                OperationType.ZSTD_HISTORY,
                data(compressed(edited, before)),
                InstallOperation.Source.NONE,
                destination,
                history);
    }

    private InstallOperation.Data data(byte[] bytes) {
        int offset = blobs.size();
        blobs.writeBytes(bytes);
        return new InstallOperation.Data(offset, bytes.length, hash(bytes));
    }

    private Extent extent(byte[] content) {
        return new Extent(random.nextInt(content.length / BLOCK), 1);
    }

    private byte[] edited(byte[] bytes) {
        byte[] edited = Arrays.copyOf(bytes, 2 * BLOCK);
        for (int i = 0; i < 20; i++) {
            edited[random.nextInt(edited.length)]++;
        }
        return edited;
    }

    private static byte[] bytes(byte[] content, List<Extent> extents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Extent extent : extents) {
            out.write(content, (int) extent.startBlock() * BLOCK, (int) extent.blocks() * BLOCK);
        }
        return out.toByteArray();
    }

    private static byte[] compressed(byte[] content, byte[] prefix) {
        byte[] room = new byte[content.length + 1024];
        long bytes = Zstd.compressUsingDict(room, 0, content, 0, content.length, prefix, 9);
        return Arrays.copyOf(room, (int) bytes);
    }

    private static Optional<Sha256> hash(byte[] bytes) {
        return Optional.of(Sha256.of(Sha256.digest(bytes)));
    }

    private static byte[] text(int bytes, long seed) {
        Random words = new Random(seed);
        byte[] text = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            text[i] = (byte) ('a' + words.nextInt(8));
        }
        return text;
    }
}
