package io.keelson.image.sign;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.Adler32;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;

/**
 * The firmware variables of a virtual machine with our keys in them, as EC2's {@code UefiData}
 * wants them (awslabs/python-uefivars, format "aws", version 0): Secure Boot is on from the first
 * start, and nobody can enrol other keys.
 */
public final class UefiVariableStore {
    private static final byte[] MAGIC = "AMZNUEFI".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 0;
    private static final int ATTRIBUTES = 0x27;
    private static final int TIME_BYTES = 16;
    private static final int DIGEST_BYTES = 32;

    /**
     * RFC 1950: deflate with a 32 KiB window, a preset dictionary, and the Adler-32 of version 0's
     * dictionary. What follows never refers to the dictionary, so it need not be here.
     */
    private static final byte[] ZLIB_HEADER = {0x78, (byte) 0xF9};

    private static final int DICTIONARY_ADLER = 0x6BB7D9F7;

    private UefiVariableStore() {}

    /** Base64 of a store with PK, KEK and db from a directory of keys. */
    public static String forEc2(Path keys) throws IOException {
        ByteArrayOutputStream variables = new ByteArrayOutputStream();
        List<String> names = List.of("PK", "KEK", "db");
        variables.writeBytes(number(names.size()));
        for (String name : names) {
            variables.writeBytes(variable(name, keys.resolve(name + ".crt")));
        }
        ByteArrayOutputStream summed = new ByteArrayOutputStream();
        summed.writeBytes(littleEndian(Integer.BYTES).putInt(VERSION).array());
        summed.writeBytes(compressed(variables.toByteArray()));
        CRC32C sum = new CRC32C();
        sum.update(summed.toByteArray());
        byte[] store =
                littleEndian(MAGIC.length + Integer.BYTES + summed.size())
                        .put(MAGIC)
                        .putInt((int) sum.getValue())
                        .put(summed.toByteArray())
                        .array();
        return Base64.getEncoder().encodeToString(store);
    }

    private static byte[] variable(String name, Path certificate) throws IOException {
        UUID vendor =
                name.equals("db") ? UefiGuid.IMAGE_SECURITY_DATABASE : UefiGuid.GLOBAL_VARIABLE;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            byte[] list =
                    AuthenticatedVariable.signatureList(
                            Pem.readCertificate(certificate).getEncoded());
            out.writeBytes(counted(name.getBytes(StandardCharsets.UTF_8)));
            out.writeBytes(counted(list));
        } catch (CertificateEncodingException e) {
            throw new IOException("cannot encode " + certificate + ": " + e.getMessage(), e);
        }
        out.writeBytes(UefiGuid.bytes(vendor));
        out.writeBytes(littleEndian(Integer.BYTES).putInt(ATTRIBUTES).array());
        // Neither a time nor the digest of a certificate: the firmware takes any later update.
        out.writeBytes(new byte[TIME_BYTES]);
        out.writeBytes(counted(new byte[DIGEST_BYTES]));
        return out.toByteArray();
    }

    private static byte[] counted(byte[] bytes) {
        return littleEndian(Long.BYTES + bytes.length).putLong(bytes.length).put(bytes).array();
    }

    private static byte[] number(long value) {
        return littleEndian(Long.BYTES).putLong(value).array();
    }

    private static byte[] compressed(byte[] content) {
        Adler32 sum = new Adler32();
        sum.update(content);
        byte[] packed = new byte[content.length + 64];
        try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
            deflater.setInput(content);
            deflater.finish();
            int length = deflater.deflate(packed);
            return ByteBuffer.allocate(ZLIB_HEADER.length + 4 + length + 4)
                    .put(ZLIB_HEADER)
                    .putInt(DICTIONARY_ADLER)
                    .put(packed, 0, length)
                    .putInt((int) sum.getValue())
                    .array();
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
