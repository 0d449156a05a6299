package io.keelson.payload.fuzz;

import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.wire.WireWriter;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts a payload together around a manifest and data, and signs it. */
final class FuzzedPayload {
    /** Bytes of the Signatures message with one signature of the fuzzing key. */
    static final int MESSAGE_BYTES = message(new byte[FuzzKey.SIGNATURE_BYTES]).length;

    private final FuzzKey key;

    FuzzedPayload(FuzzKey key) {
        this.key = key;
    }

    /** Sets every data offset, length and hash, and the place of the signatures. */
    static List<byte[]> layOut(WireNode manifest) {
        List<byte[]> blobs = new ArrayList<>();
        long offset = 0;
        for (WireNode partition : manifest.children(BasePayload.PARTITIONS)) {
            for (WireNode operation : partition.children(BasePayload.OPERATIONS)) {
                if (operation.blob == null) {
                    continue;
                }
                set(operation, 2, offset);
                set(operation, 3, operation.blob.length);
                if (operation.child(8) != null) {
                    operation.put(8, Sha256.digest(operation.blob));
                }
                blobs.add(operation.blob);
                offset += operation.blob.length;
            }
        }
        set(manifest, 4, offset);
        set(manifest, 5, MESSAGE_BYTES);
        return blobs;
    }

    /**
     * The whole file.
     *
     * @param choices whether and how what no signature covers is spoilt as well
     */
    byte[] assemble(byte[] manifest, List<byte[]> blobs, Choices choices) {
        byte[] header = new PayloadHeader(manifest.length, MESSAGE_BYTES).toByteArray();
        boolean outside = choices.oneIn(16);
        if (outside && choices.oneIn(2)) {
            header[choices.below(header.length)] ^= (byte) (1 << choices.below(8));
        }
        byte[][] signed = new byte[blobs.size() + 2][];
        signed[0] = header;
        signed[1] = manifest;
        for (int i = 0; i < blobs.size(); i++) {
            signed[i + 2] = blobs.get(i);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(8192);
        out.writeBytes(header);
        out.writeBytes(manifest);
        byte[] metadata = message(key.sign(Sha256.digest(header, manifest)));
        out.writeBytes(outside && choices.oneIn(2) ? spoilt(metadata, choices) : metadata);
        blobs.forEach(out::writeBytes);
        byte[] whole = message(key.sign(Sha256.digest(signed)));
        out.writeBytes(outside && choices.oneIn(2) ? spoilt(whole, choices) : whole);
        byte[] payload = out.toByteArray();
        return outside ? spoiltWhole(payload, choices) : payload;
    }

    private static byte[] spoilt(byte[] message, Choices choices) {
        return switch (choices.below(5)) {
            case 0 -> new byte[message.length];
            case 1 -> {
                // A length of its own that claims less or more than there is.
                ByteBuffer.wrap(message).putInt(message.length - 4, choices.below(600) << 24);
                yield message;
            }
            case 2 -> Arrays.copyOf(message, choices.below(message.length));
            default -> {
                int at = choices.oneIn(2) ? choices.below(8) : choices.below(message.length);
                message[at] ^= (byte) (1 << choices.below(8));
                yield message;
            }
        };
    }

    private static byte[] spoiltWhole(byte[] payload, Choices choices) {
        return switch (choices.below(6)) {
            case 0 -> Arrays.copyOf(payload, choices.below(payload.length));
            case 1 -> Arrays.copyOf(payload, payload.length + 1 + choices.below(16));
            case 2, 3 -> {
                payload[choices.below(payload.length)] ^= (byte) (1 << choices.below(8));
                yield payload;
            }
            default -> payload;
        };
    }

    private static byte[] message(byte[] signature) {
        return new WireWriter()
                .message(1, new WireWriter().bytes(2, signature).fixed32(3, signature.length))
                .toByteArray();
    }

    private static void set(WireNode message, int field, long value) {
        WireNode child = message.child(field);
        if (child == null) {
            message.add(WireNode.count(field, value));
        } else {
            child.children = null;
            child.bytes = null;
            child.value = value;
        }
    }
}
