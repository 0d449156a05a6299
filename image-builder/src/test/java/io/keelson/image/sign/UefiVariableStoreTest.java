package io.keelson.image.sign;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.zip.CRC32C;
import java.util.zip.Inflater;

class UefiVariableStoreTest {
    private static final int HEADER_BYTES = 16;
    private static final int ZLIB_HEADER_BYTES = 6;

    @TempDir Path directory;

    @Test
    void holdsOurThreeCertificatesAsEc2sToolReadsThem() throws Exception {
        Path keys = directory.resolve("keys");
        SigningKeys.generate(keys, new SecureRandom());

        byte[] store = Base64.getDecoder().decode(UefiVariableStore.forEc2(keys));

        ByteBuffer b = ByteBuffer.wrap(store).order(ByteOrder.LITTLE_ENDIAN);
        CRC32C sum = new CRC32C();
        sum.update(store, 12, store.length - 12);
        assertThat(new String(store, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("AMZNUEFI");
        assertThat(b.getInt(8)).isEqualTo((int) sum.getValue());
        assertThat(b.getInt(12)).isZero();
        ByteBuffer variables = inflate(store);
        assertThat(variables.getLong()).isEqualTo(3);
        for (String name : new String[] {"PK", "KEK", "db"}) {
            assertThat(new String(counted(variables), StandardCharsets.UTF_8)).isEqualTo(name);
            assertThat(counted(variables))
                    .isEqualTo(
                            AuthenticatedVariable.signatureList(
                                    Pem.readCertificate(keys.resolve(name + ".crt")).getEncoded()));
            byte[] vendor = new byte[16];
            variables.get(vendor);
            assertThat(vendor)
                    .isEqualTo(
                            UefiGuid.bytes(
                                    name.equals("db")
                                            ? UefiGuid.IMAGE_SECURITY_DATABASE
                                            : UefiGuid.GLOBAL_VARIABLE));
            assertThat(variables.getInt()).isEqualTo(0x27);
            variables.position(variables.position() + 16);
            assertThat(counted(variables)).isEqualTo(new byte[32]);
        }
        assertThat(variables.hasRemaining()).isFalse();
    }

    /** As a reader with the dictionary would, and without it, since nothing refers to it. */
    private static ByteBuffer inflate(byte[] store) throws Exception {
        try (Inflater asked = new Inflater()) {
            asked.setInput(store, HEADER_BYTES, store.length - HEADER_BYTES);
            assertThat(asked.inflate(new byte[1])).isZero();
            assertThat(asked.needsDictionary()).isTrue();
            // Adler-32 of the dictionary in python-uefivars, aws_v0.py.
            assertThat(asked.getAdler()).isEqualTo(0x6BB7D9F7);
        }
        try (Inflater inflater = new Inflater(true)) {
            int skip = HEADER_BYTES + ZLIB_HEADER_BYTES;
            inflater.setInput(store, skip, store.length - skip);
            byte[] out = new byte[1 << 16];
            int length = inflater.inflate(out);
            assertThat(inflater.finished()).isTrue();
            return ByteBuffer.wrap(out, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static byte[] counted(ByteBuffer b) {
        byte[] bytes = new byte[(int) b.getLong()];
        b.get(bytes);
        return bytes;
    }
}
