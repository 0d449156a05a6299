package io.keelson.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;
import io.keelson.payload.generate.WriteProgress;
import io.keelson.payload.manifest.OperationType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class PayloadApplyTest {
    @TempDir Path directory;
    private PayloadFixture fixture;

    @BeforeEach
    void buildRelease() throws Exception {
        fixture = new PayloadFixture(directory);
    }

    static Stream<KeyPair> everyKindOfKey() {
        return Stream.of(PayloadFixture.RSA_4096, PayloadFixture.RSA_2048, PayloadFixture.EC_P256);
    }

    @ParameterizedTest
    @MethodSource("everyKindOfKey")
    void restoresBothPartitionsFromWhatTheWriterMade(KeyPair key) throws Exception {
        Path payload = fixture.write(key.getPrivate());
        Path slot = directory.resolve("slot");
        MemoryTarget uki = new MemoryTarget(1 << 20);

        AppliedPayload applied;
        try (InputStream in = Files.newInputStream(payload);
                FileChannel usr =
                        FileChannel.open(
                                slot, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            applied =
                    PayloadApplier.apply(
                            PayloadReader.open(in, PayloadFixture.trust(key)),
                            ApplyPlan.to(new PayloadTargets(PayloadTarget.of(usr), uki)),
                            ApplyProgress.NONE);
        }

        assertThat(slot).hasBinaryContent(fixture.usrBytes());
        assertThat(uki.bytes()).isEqualTo(fixture.ukiBytes());
        assertThat(applied.version().text()).isEqualTo("1.1.0");
        assertThat(applied.rootHash()).isEqualTo(fixture.spec().rootHash());
        assertThat(applied.tree().partitionBytes())
                .isEqualTo(
                        VerityTree.of(slot, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE)
                                .partitionBytes());
    }

    @Test
    void usesEveryOperationOfAFullPayload() throws Exception {
        Path payload = fixture.write(PayloadFixture.RSA_2048.getPrivate());

        PayloadSummary summary = PayloadCheck.inspect(payload);

        assertThat(summary.version()).isEqualTo("1.1.0");
        assertThat(summary.signers()).isEmpty();
        var operations = summary.partitions().getFirst().operations();
        assertThat(operations.entrySet())
                .extracting(Map.Entry::getKey, entry -> entry.getValue().count())
                .containsExactlyInAnyOrder(
                        tuple(OperationType.REPLACE, 1),
                        tuple(OperationType.ZERO, 1),
                        tuple(OperationType.REPLACE_ZSTD, 3));
    }

    @Test
    void reportsProgressUpToTheWholeFile() throws Exception {
        byte[] payload = Files.readAllBytes(fixture.write(PayloadFixture.RSA_2048.getPrivate()));
        List<Long> done = new ArrayList<>();

        PayloadApplier.apply(
                PayloadReader.open(
                        new ByteArrayInputStream(payload),
                        PayloadFixture.trust(PayloadFixture.RSA_2048)),
                ApplyPlan.to(PayloadTargets.discarding()),
                (bytes, total) -> {
                    assertThat(total).isEqualTo(payload.length);
                    done.add(bytes);
                });

        assertThat(done).isSorted().last().isEqualTo((long) payload.length);
    }

    @Test
    void writesNothingWhenTheKeyIsNotTrusted() throws Exception {
        Path payload = fixture.write(PayloadFixture.OTHER_RSA_2048.getPrivate());

        PayloadException refused =
                catchThrowableOfType(
                        PayloadException.class,
                        () -> {
                            try (InputStream in = Files.newInputStream(payload)) {
                                PayloadReader.open(
                                        in, PayloadFixture.trust(PayloadFixture.RSA_2048));
                            }
                        });

        assertThat(refused.error()).isEqualTo(PayloadError.METADATA_SIGNATURE_MISMATCH);
        assertThat(refused)
                .hasMessage(
                        "the payload's metadata is signed by 0 of the trusted keys, 1 must have"
                                + " signed it");
    }

    @Test
    void refusesContentThatDoesNotHaveTheSignedRootHash() throws Exception {
        PayloadSpec good = fixture.spec();
        PayloadSpec wrong =
                new PayloadSpec(
                        good.version(),
                        good.usrImage(),
                        new RootHash("ab".repeat(32)),
                        VerityDefaults.salt(),
                        good.uki(),
                        good.level());
        Path out = directory.resolve("wrong.payload");
        PayloadWriter.write(wrong, PayloadFixture.RSA_2048.getPrivate(), out, WriteProgress.NONE);

        PayloadException refused =
                catchThrowableOfType(
                        PayloadException.class,
                        () ->
                                PayloadFixture.apply(
                                        Files.readAllBytes(out),
                                        PayloadFixture.trust(PayloadFixture.RSA_2048)));

        assertThat(refused.error()).isEqualTo(PayloadError.NEW_ROOTFS_VERIFICATION);
        assertThat(refused).hasMessageContaining("root hash");
    }

    @Test
    void saysWhichWriteFailed() throws Exception {
        Path payload = fixture.write(PayloadFixture.RSA_2048.getPrivate());
        PayloadTarget full =
                new PayloadTarget() {
                    @Override
                    public void write(ByteBuffer bytes, long offset) throws IOException {
                        throw new IOException("no space");
                    }

                    @Override
                    public void read(ByteBuffer into, long offset) throws IOException {
                        throw new IOException("nothing was written");
                    }

                    @Override
                    public void force() {}
                };

        try (InputStream in = Files.newInputStream(payload)) {
            VerifiedPayload verified =
                    PayloadReader.open(in, PayloadFixture.trust(PayloadFixture.RSA_2048));
            assertThatThrownBy(() ->
                            PayloadApplier.apply(
                                    verified,
                                    ApplyPlan.to(new PayloadTargets(full, full)),
                                    ApplyProgress.NONE))
                    .isInstanceOf(PayloadException.class)
                    .hasMessage("writing 1048576 bytes at offset 0 of usr failed: no space");
        }
    }

    @Test
    void cannotBeAppliedTwice() throws Exception {
        try (InputStream in =
                Files.newInputStream(fixture.write(PayloadFixture.RSA_2048.getPrivate()))) {
            VerifiedPayload verified =
                    PayloadReader.open(in, PayloadFixture.trust(PayloadFixture.RSA_2048));
            verified.checkData(ApplyProgress.NONE);

            assertThatThrownBy(() -> verified.checkData(ApplyProgress.NONE))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void keepsAUkiInMemoryOnlyUpToItsLimit() {
        MemoryTarget target = new MemoryTarget(10);

        assertThatThrownBy(() -> target.write(ByteBuffer.allocate(8), 4))
                .hasMessage("the partition is larger than 10 bytes");
    }
}
