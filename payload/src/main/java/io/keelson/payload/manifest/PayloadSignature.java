package io.keelson.payload.manifest;

import io.keelson.payload.wire.WireException;
import io.keelson.payload.wire.WireReader;
import io.keelson.payload.wire.WireWriter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One raw signature out of the {@code Signatures} message.
 *
 * <p>The message's length is part of what is signed, so ECDSA signatures, whose length varies, are
 * padded with zeros and carry their real length.
 */
public final class PayloadSignature {
    private static final int SIGNATURES_MAX = 16;
    private static final int SIGNATURE_BYTES_MAX = 1024;

    private final byte[] bytes;

    private PayloadSignature(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The signature without padding. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public static List<PayloadSignature> parse(byte[] message) throws WireException {
        List<PayloadSignature> signatures = new ArrayList<>();
        WireReader in = WireReader.of(message);
        while (in.next()) {
            if (in.field() != 1) {
                throw unknown(in);
            }
            if (signatures.size() == SIGNATURES_MAX) {
                throw new WireException("there are more than " + SIGNATURES_MAX + " signatures");
            }
            signatures.add(parseOne(in.message()));
        }
        return List.copyOf(signatures);
    }

    /**
     * The {@code Signatures} message with each signature padded to its field's size.
     *
     * @param fieldBytes for every signature, how long its field is
     */
    public static byte[] format(List<byte[]> signatures, List<Integer> fieldBytes) {
        WireWriter out = new WireWriter();
        for (int i = 0; i < signatures.size(); i++) {
            byte[] signature = signatures.get(i);
            out.message(
                    1,
                    new WireWriter()
                            .bytes(2, Arrays.copyOf(signature, fieldBytes.get(i)))
                            .fixed32(3, signature.length));
        }
        return out.toByteArray();
    }

    private static PayloadSignature parseOne(WireReader in) throws WireException {
        byte[] data = new byte[0];
        int unpadded = -1;
        while (in.next()) {
            switch (in.field()) {
                // AOSP's generators of old wrote a version; it means nothing.
                case 1 -> in.single().count();
                case 2 -> data = in.single().bytes(SIGNATURE_BYTES_MAX);
                case 3 -> unpadded = in.single().fixed32();
                default -> throw unknown(in);
            }
        }
        if (unpadded == -1) {
            return new PayloadSignature(data);
        }
        if (unpadded < 0 || unpadded > data.length) {
            throw new WireException("a signature is shorter than the size it states");
        }
        // Padding is the only part no signature covers; anything but zeros there is not ours.
        for (int i = unpadded; i < data.length; i++) {
            if (data[i] != 0) {
                throw new WireException("the padding of a signature is not zero");
            }
        }
        return new PayloadSignature(Arrays.copyOf(data, unpadded));
    }

    // No signature covers this message itself, so there is no room in it for anything else.
    private static WireException unknown(WireReader in) {
        return new WireException("field " + in.field() + " does not belong to a signature");
    }
}
