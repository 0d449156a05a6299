package io.keelson.engine.agent;

import io.keelson.disk.verity.VerityDefaults;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestFormatter;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.PayloadSignature;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.patch.PatchNumbers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Makes the simplest delta there is: blocks at the same place are copied, others replaced. */
final class BlockDelta {
    private static final int BLOCK = VerityDefaults.BLOCK_BYTES;
    private static final int RSA_2048_BYTES = 256;
    private static final int MINOR_VERSION = 9;

    /** SplitBsdiff's number for a stream as it is. */
    private static final int STORED = 0;

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final TestRelease to;
    private final boolean isRepacking;

    private BlockDelta(TestRelease to, boolean isRepacking) {
        this.to = to;
        this.isRepacking = isRepacking;
    }

    static byte[] between(TestRelease from, TestRelease to, KeyPair key)
            throws IOException, GeneralSecurityException {
        return new BlockDelta(to, false).from(from, key);
    }

    /** The same by operations that could look inside of frames, and find none. */
    static byte[] repacking(TestRelease from, TestRelease to, KeyPair key)
            throws IOException, GeneralSecurityException {
        return new BlockDelta(to, true).from(from, key);
    }

    private byte[] from(TestRelease from, KeyPair key)
            throws IOException, GeneralSecurityException {
        byte[] oldUsr = Files.readAllBytes(from.usr());
        byte[] newUsr = Files.readAllBytes(to.usr());
        byte[] uki = Files.readAllBytes(to.uki());
        var verity =
                new PartitionUpdate.Verity(
                        "sha256",
                        HexFormat.of().formatHex(VerityDefaults.salt()),
                        Optional.of(to.rootHash()));
        var partitions =
                List.of(
                        new PartitionUpdate(
                                "usr",
                                Optional.of(content(oldUsr)),
                                content(newUsr),
                                to.version().text(),
                                Optional.of(verity),
                                operations(oldUsr, newUsr)),
                        new PartitionUpdate(
                                "uki",
                                uki.length,
                                Optional.of(hash(uki)),
                                to.version().text(),
                                Optional.empty(),
                                List.of(replace(uki, 0, 1))));
        int message = message(new byte[RSA_2048_BYTES]).length;
        var manifest =
                new PayloadManifest(
                        BLOCK,
                        Optional.of(new PayloadManifest.SignaturesLocation(data.size(), message)),
                        MINOR_VERSION,
                        false,
                        partitions);
        return signed(ManifestFormatter.format(manifest), message, key);
    }

    private byte[] signed(byte[] manifest, int message, KeyPair key)
            throws IOException, GeneralSecurityException {
        byte[] header = new PayloadHeader(manifest.length, message).toByteArray();
        var payload = new ByteArrayOutputStream();
        payload.write(header);
        payload.write(manifest);
        payload.write(message(sign(key, header, manifest)));
        payload.write(data.toByteArray());
        payload.write(message(sign(key, header, manifest, data.toByteArray())));
        return payload.toByteArray();
    }

    private List<InstallOperation> operations(byte[] before, byte[] after) {
        List<InstallOperation> operations = new ArrayList<>();
        for (int start = 0; start < after.length; ) {
            boolean isSame = isSame(before, after, start);
            int end = start;
            while (end < after.length && isSame(before, after, end) == isSame) {
                end += BLOCK;
            }
            byte[] piece = Arrays.copyOfRange(after, start, end);
            byte[] old = Arrays.copyOfRange(before, start, end);
            operations.add(isSame ? copy(piece, start / BLOCK) : changed(old, piece, start));
            start = end;
        }
        return operations;
    }

    private static boolean isSame(byte[] before, byte[] after, int start) {
        int end = start + BLOCK;
        return Arrays.equals(before, start, end, after, start, end);
    }

    private static InstallOperation copy(byte[] piece, int block) {
        var extents = List.of(new Extent(block, piece.length / BLOCK));
        return new InstallOperation(
                OperationType.SOURCE_COPY,
                InstallOperation.Data.NONE,
                new InstallOperation.Source(extents, Optional.of(hash(piece))),
                extents,
                List.of());
    }

    private InstallOperation changed(byte[] old, byte[] piece, int start) {
        int blocks = piece.length / BLOCK;
        if (!isRepacking) {
            return replace(piece, start / BLOCK, blocks);
        }
        int offset = data.size();
        byte[] patch = patch(piece);
        data.writeBytes(patch);
        var extents = List.of(new Extent(start / BLOCK, blocks));
        return new InstallOperation(
                OperationType.REPACK,
                new InstallOperation.Data(offset, patch.length, Optional.of(hash(patch))),
                new InstallOperation.Source(extents, Optional.of(hash(old))),
                extents,
                List.of());
    }

    /** Format 2, no frames on either side, then a patch of format 1 that takes nothing from old. */
    private static byte[] patch(byte[] piece) {
        var control = new ByteArrayOutputStream();
        PatchNumbers.write(control, 0);
        PatchNumbers.write(control, 0);
        PatchNumbers.write(control, piece.length);
        var patch = new ByteArrayOutputStream();
        patch.writeBytes(new byte[] {2, 0, 0, 1});
        PatchNumbers.write(patch, piece.length);
        for (int bytes : new int[] {control.size(), 0, piece.length}) {
            patch.write(STORED);
            PatchNumbers.write(patch, bytes);
            PatchNumbers.write(patch, bytes);
        }
        patch.writeBytes(control.toByteArray());
        patch.writeBytes(piece);
        return patch.toByteArray();
    }

    private InstallOperation replace(byte[] piece, int block, int blocks) {
        int offset = data.size();
        data.writeBytes(piece);
        return new InstallOperation(
                OperationType.REPLACE,
                new InstallOperation.Data(offset, piece.length, Optional.of(hash(piece))),
                List.of(new Extent(block, blocks)));
    }

    private static PartitionUpdate.Content content(byte[] bytes) {
        return new PartitionUpdate.Content(bytes.length, Optional.of(hash(bytes)));
    }

    private static Sha256 hash(byte[] bytes) {
        return new Sha256(TestRelease.sha256(bytes));
    }

    private static byte[] message(byte[] signature) {
        return PayloadSignature.format(List.of(signature), List.of(RSA_2048_BYTES));
    }

    private static byte[] sign(KeyPair key, byte[]... parts) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key.getPrivate());
        for (byte[] part : parts) {
            signature.update(part);
        }
        return signature.sign();
    }
}
