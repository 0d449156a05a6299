package io.keelson.payload.fuzz;

import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.wire.WireWriter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

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
    Input assemble(byte[] manifest, List<byte[]> blobs, Choices choices) {
        byte[] header = new PayloadHeader(manifest.length, MESSAGE_BYTES).toByteArray();
        boolean outside = choices.oneIn(16);
        if (outside && choices.oneIn(2)) {
            header[choices.below(header.length)] ^= (byte) (1 << choices.below(8));
        }
        byte[] metadata = message(key.sign(Sha256.digest(header, manifest)));
        ByteArrayOutputStream out = new ByteArrayOutputStream(8192);
        out.writeBytes(header);
        out.writeBytes(manifest);
        if (!outside) {
            out.writeBytes(metadata);
            blobs.forEach(out::writeBytes);
            return new Input(out.toByteArray(), () -> tail(header, manifest, blobs));
        }
        out.writeBytes(choices.oneIn(2) ? spoilt(metadata, choices) : metadata);
        blobs.forEach(out::writeBytes);
        byte[] whole = tail(header, manifest, blobs);
        out.writeBytes(choices.oneIn(2) ? spoilt(whole, choices) : whole);
        return Input.of(spoiltWhole(out.toByteArray(), choices));
    }

    /** The payload signature's message. */
    private byte[] tail(byte[] header, byte[] manifest, List<byte[]> blobs) {
        byte[][] signed = new byte[blobs.size() + 2][];
        signed[0] = header;
        signed[1] = manifest;
        for (int i = 0; i < blobs.size(); i++) {
            signed[i + 2] = blobs.get(i);
        }
        return message(key.sign(Sha256.digest(signed)));
    }

    /** A payload whose last part is made when a reader gets there: few do, and it costs most. */
    static final class Input {
        private final byte[] start;
        private final Supplier<byte[]> end;

        private Input(byte[] start, Supplier<byte[]> end) {
            this.start = start;
            this.end = end;
        }

        static Input of(byte[] whole) {
            return new Input(whole, () -> new byte[0]);
        }

        byte[] bytes() {
            byte[] tail = end.get();
            byte[] all = Arrays.copyOf(start, start.length + tail.length);
            System.arraycopy(tail, 0, all, start.length, tail.length);
            return all;
        }

        InputStream open() {
            return new SequenceInputStream(
                    new ByteArrayInputStream(start),
                    new InputStream() {
                        private InputStream made = InputStream.nullInputStream();
                        private boolean isMade;

                        @Override
                        public int read() throws IOException {
                            return made().read();
                        }

                        @Override
                        public int read(byte[] into, int offset, int length) throws IOException {
                            return made().read(into, offset, length);
                        }

                        private InputStream made() {
                            if (!isMade) {
                                isMade = true;
                                made = new ByteArrayInputStream(end.get());
                            }
                            return made;
                        }
                    });
        }
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
