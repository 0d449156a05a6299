package io.keelson.payload.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadFixture;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.JournalFile;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;
import io.keelson.payload.generate.WriteProgress;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.OperationType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/** A host on an older release, whose blocks are elsewhere in the new one. */
class ChunkPlanTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final byte[] SALT = VerityDefaults.salt();

    @TempDir Path directory;

    private byte[] oldUsr = new byte[0];
    private byte[] newUsr = new byte[0];
    private byte[] oldUki = new byte[0];
    private byte[] newUki = new byte[0];
    private byte[] payload = new byte[0];

    @BeforeEach
    void makeTwoReleases() throws Exception {
        oldUsr = noise(1, 6 * MEBIBYTE);
        newUsr = new byte[6 * MEBIBYTE];
        // Everything moved by 5 blocks, the fourth mebibyte is new, the fifth resembles the first.
        System.arraycopy(oldUsr, 0, newUsr, 5 * 4096, newUsr.length - 5 * 4096);
        System.arraycopy(noise(2, MEBIBYTE), 0, newUsr, 3 * MEBIBYTE, MEBIBYTE);
        System.arraycopy(newUsr, 100, newUsr, 4 * MEBIBYTE, MEBIBYTE);
        oldUki = noise(3, 2 * MEBIBYTE + 77);
        newUki = oldUki.clone();
        newUki[newUki.length - 1] ^= 1;
        Path usr = Files.write(directory.resolve("usr.erofs"), newUsr);
        var tree = VerityTree.of(usr, SALT, VerityDefaults.UUID_OF_TREE);
        Path uki = Files.write(directory.resolve("uki.efi"), newUki);
        Path out = directory.resolve("update.payload");
        PayloadWriter.write(
                new PayloadSpec(new ReleaseVersion("2.0.0"), usr, tree.rootHash(), SALT, uki, 3),
                PayloadFixture.RSA_2048.getPrivate(),
                out,
                WriteProgress.NONE);
        payload = Files.readAllBytes(out);
    }

    @Test
    void fetchesOnlyWhatTheRunningReleaseLacks() throws Exception {
        ChunkPlan plan = plan(open());

        // New: 3 whole, what 4 does not share with 0, the zeros that 0 starts with, the UKI's end.
        assertThat(plan.fetchBytes()).isBetween(MEBIBYTE * 3L / 2, MEBIBYTE * 9L / 4);
        assertThat(plan.fetches()).hasSizeBetween(2, 4);
        apply(plan, oldUsr, directory.resolve("journal"));
        assertThat(directory.resolve("new-usr")).hasBinaryContent(newUsr);
        assertThat(directory.resolve("new-uki")).hasBinaryContent(newUki);
    }

    @Test
    void aPieceThatResemblesAnEarlierOneLooksBackAtIt() throws Exception {
        InstallOperation fifth = open().partition("usr").operations().get(4);

        assertThat(fifth.type()).isEqualTo(OperationType.ZSTD_HISTORY);
        assertThat(fifth.dataLength()).isLessThan(MEBIBYTE / 8);
    }

    @Test
    void aHostWithoutAnythingFetchesAll() throws Exception {
        ChunkPlan plan = ChunkPlan.of(open(), index(), LocalBlocks.NONE, LocalBlocks.NONE);

        assertThat(plan.fetches()).hasSize(1);
        assertThat(plan.fetchBytes()).isEqualTo(payload.length - open().dataOffset());
    }

    @Test
    void continuesAfterACutWithTheRangesThatAreLeft() throws Exception {
        ChunkPlan plan = plan(open());
        long last = plan.fetches().getLast().from();
        RangeSource cut =
                (from, to) -> {
                    if (from >= last) {
                        throw new IOException("cut");
                    }
                    return range(from, to);
                };
        Path journal = directory.resolve("journal");
        assertThatThrownBy(() -> apply(plan, cut, oldUsr, journal)).hasMessageContaining("cut");

        ChunkPlan again = plan(open());
        RangeSource rest =
                (from, to) -> {
                    assertThat(from).isGreaterThanOrEqualTo(last);
                    return range(from, to);
                };
        apply(again, rest, oldUsr, journal);

        assertThat(directory.resolve("new-usr")).hasBinaryContent(newUsr);
    }

    @Test
    void aDiskThatDoesNotHoldWhatItsHashesSayEndsInARefusal() throws Exception {
        byte[] rotten = oldUsr.clone();
        rotten[MEBIBYTE + 9] ^= 1;

        assertThatThrownBy(() -> apply(plan(open()), rotten, directory.resolve("journal")))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("usr");
        assertThat(directory.resolve("journal")).doesNotExist();
    }

    @Test
    void anIndexThatIsNotThePayloadsIsRefused() throws Exception {
        byte[] other = Files.readAllBytes(directory.resolve("update.payload.index"));
        other[other.length / 2] ^= 1;

        for (byte[] bad : new byte[][] {other, Arrays.copyOf(other, 100), new byte[0]}) {
            assertThatThrownBy(
                            () -> ChunkIndex.read(new ByteArrayInputStream(bad), open().manifest()))
                    .isInstanceOf(ChunkIndexException.class)
                    .hasMessageContaining("not the one the payload's manifest names");
        }
    }

    @Test
    void hashesOfAnotherSaltAreNotCompared() throws Exception {
        Path tree = writeTree(new byte[] {1, 2, 3});
        try (FileChannel channel = FileChannel.open(tree)) {
            assertThatThrownBy(() -> LocalBlocks.ofVerity(channel, SALT))
                    .hasMessageContaining("another salt");
        }
    }

    private void apply(ChunkPlan plan, byte[] running, Path journal) throws IOException {
        apply(plan, this::range, running, journal);
    }

    private void apply(ChunkPlan plan, RangeSource source, byte[] running, Path journal)
            throws IOException {
        Path usrNow = Files.write(directory.resolve("running-usr"), running);
        Path ukiNow = Files.write(directory.resolve("running-uki"), oldUki);
        try (FileChannel usr = FileChannel.open(usrNow);
                FileChannel uki = FileChannel.open(ukiNow);
                FileChannel newUsrFile = writable("new-usr");
                FileChannel newUkiFile = writable("new-uki")) {
            ApplyPlan how =
                    ApplyPlan.to(
                                    new PayloadTargets(
                                            PayloadTarget.of(newUsrFile),
                                            PayloadTarget.of(newUkiFile)))
                            .from(
                                    new PayloadSources(
                                            PayloadSources.of(usr, running.length),
                                            PayloadSources.of(uki, oldUki.length)))
                            .resuming(new JournalFile(journal), plan.ranges(source));
            PayloadApplier.apply(plan.payload(source), how, ApplyProgress.NONE);
        }
    }

    private FileChannel writable(String name) throws IOException {
        return FileChannel.open(
                directory.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    private ChunkPlan plan(VerifiedPayload full) throws Exception {
        Path uki = Files.write(directory.resolve("running-uki"), oldUki);
        try (FileChannel tree = FileChannel.open(writeTree(SALT));
                FileChannel boot = FileChannel.open(uki)) {
            return ChunkPlan.of(
                    full,
                    index(),
                    LocalBlocks.ofVerity(tree, SALT),
                    LocalBlocks.hashing(PayloadSources.of(boot, oldUki.length), SALT));
        }
    }

    private Path writeTree(byte[] salt) throws Exception {
        Path usr = Files.write(directory.resolve("running-usr"), oldUsr);
        var tree = VerityTree.of(usr, salt, VerityDefaults.UUID_OF_TREE);
        return Files.write(directory.resolve("running-verity"), tree.partitionBytes());
    }

    private VerifiedPayload open() throws PayloadException {
        return PayloadReader.open(
                new ByteArrayInputStream(payload), PayloadFixture.trust(PayloadFixture.RSA_2048));
    }

    private ChunkIndex index() throws IOException {
        try (InputStream in = Files.newInputStream(directory.resolve("update.payload.index"))) {
            return ChunkIndex.read(in, open().manifest());
        }
    }

    private InputStream range(long from, long to) {
        return new ByteArrayInputStream(payload, (int) from, (int) (to - from));
    }

    private static byte[] noise(long seed, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }
}
