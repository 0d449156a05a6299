package io.keelson.payload.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.payload.PayloadCheck;
import io.keelson.payload.PayloadFixture;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.apply.ContentCheck;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.wire.WireReader;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The formats; whether others accept them is what bench/interop.sh asks their own programs. */
class ExportProfilesTest {
    private static final PrivateKey KEY = PayloadFixture.RSA_2048.getPrivate();
    private static final int HEADER_BYTES = 20;

    @TempDir Path directory;
    private Path out = Path.of("");

    @BeforeEach
    void chooseAFile() {
        out = directory.resolve("export.payload");
    }

    @Test
    void aospGetsOperationsOfItsOwnFormatAlone() throws Exception {
        PayloadSpec spec = new PayloadFixture(directory).spec();

        PayloadSummary summary =
                PayloadWriter.writeAosp(spec, List.of(KEY), out, WriteProgress.NONE);

        assertThat(summary.partitions())
                .allSatisfy(partition ->
                        assertThat(partition.operations().keySet())
                                .isSubsetOf(
                                        Set.of(OperationType.REPLACE, OperationType.REPLACE_XZ)));
        assertThat(ContentCheck.verify(out, PayloadFixture.trust(PayloadFixture.RSA_2048)))
                .isInstanceOf(PayloadCheck.Verdict.Trusted.class);
        assertThat(PayloadWriter.index(out)).doesNotExist();
    }

    @Test
    void otherSystemsReadersVerifyRsa2048Alone() throws Exception {
        PayloadSpec spec = new PayloadFixture(directory).spec();

        for (PrivateKey key :
                List.of(
                        PayloadFixture.EC_P256.getPrivate(),
                        PayloadFixture.RSA_4096.getPrivate())) {
            assertThatThrownBy(() ->
                            PayloadWriter.writeAosp(spec, List.of(key), out, WriteProgress.NONE))
                    .hasMessageContaining("RSA-2048");
            assertThatThrownBy(
                            () -> PayloadWriter.writeVersionOne(spec, key, out, WriteProgress.NONE))
                    .hasMessageContaining("RSA-2048");
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void versionOneHoldsBothPartitionsAndOneSignatureOverAllBeforeIt() throws Exception {
        PayloadSpec spec = new PayloadFixture(directory).spec();

        PayloadWriter.writeVersionOne(spec, KEY, out, WriteProgress.NONE);

        byte[] file = Files.readAllBytes(out);
        ByteBuffer header = ByteBuffer.wrap(file);
        assertThat(header.getInt()).isEqualTo(0x4372_4155);
        assertThat(header.getLong()).isEqualTo(1);
        int manifestBytes = (int) header.getLong();
        int data = HEADER_BYTES + manifestBytes;
        var manifest = new VersionOne(Arrays.copyOfRange(file, HEADER_BYTES, data));
        assertThat(manifest.restore(file, data, manifest.usr)).isEqualTo(bytes(spec.usrImage()));
        assertThat(manifest.restore(file, data, manifest.kernel)).isEqualTo(bytes(spec.uki()));
        int signature = data + (int) manifest.signaturesOffset;
        assertThat(file).hasSize(signature + (int) manifest.signaturesSize);
        // 264 bytes is what a message with one RSA-2048 signature has in Flatcar's own payloads.
        assertThat(manifest.signaturesSize).isEqualTo(264);
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(PayloadFixture.RSA_2048.getPublic());
        verifier.update(file, 0, signature);
        assertThat(verifier.verify(file, file.length - 256, 256)).isTrue();
    }

    private static byte[] bytes(Path file) throws Exception {
        return Files.readAllBytes(file);
    }

    /** As much of the manifest as a reader needs. */
    private static final class VersionOne {
        private final ByteArrayOutputStream usr = new ByteArrayOutputStream();
        private final ByteArrayOutputStream kernel = new ByteArrayOutputStream();
        private long signaturesOffset;
        private long signaturesSize;

        VersionOne(byte[] bytes) throws Exception {
            WireReader in = WireReader.of(bytes);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> operation(in.message(), usr);
                    case 4 -> signaturesOffset = in.single().count();
                    case 5 -> signaturesSize = in.single().count();
                    case 10 -> {
                        WireReader procedure = in.message();
                        while (procedure.next()) {
                            if (procedure.field() == 2) {
                                operation(procedure.message(), kernel);
                            } else {
                                procedure.skip();
                            }
                        }
                    }
                    default -> in.skip();
                }
            }
        }

        /** Type, offset and length of the data, as three longs. */
        private static void operation(WireReader in, ByteArrayOutputStream list) throws Exception {
            long[] values = new long[4];
            while (in.next()) {
                if (in.field() <= 3) {
                    values[in.field()] = in.single().count();
                } else {
                    in.skip();
                }
            }
            ByteBuffer entry = ByteBuffer.allocate(24);
            entry.putLong(values[1]).putLong(values[2]).putLong(values[3]);
            list.write(entry.array());
        }

        byte[] restore(byte[] file, int data, ByteArrayOutputStream operations) throws Exception {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            ByteBuffer list = ByteBuffer.wrap(operations.toByteArray());
            while (list.hasRemaining()) {
                long type = list.getLong();
                int offset = data + (int) list.getLong();
                var blob = new ByteArrayInputStream(file, offset, (int) list.getLong());
                try (var in = type == 1 ? new BZip2CompressorInputStream(blob) : blob) {
                    in.transferTo(content);
                }
            }
            return content.toByteArray();
        }
    }
}
