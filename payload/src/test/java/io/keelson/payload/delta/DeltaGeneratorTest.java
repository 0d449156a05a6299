package io.keelson.payload.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadFixture;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.generate.WriteProgress;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.OperationType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

class DeltaGeneratorTest {
    private static final long SEED = 1010;

    @TempDir Path directory;

    @Test
    void aDeltaLeadsFromTheOldReleaseToTheNew() throws Exception {
        DeltaSpec spec = new ReleasePair(directory, SEED).write(false);
        Path delta = directory.resolve("delta");

        PayloadSummary summary = write(spec, delta, 2);

        assertApplies(delta, spec, Capability.HOST);
        assertThat(summary.partitions().getFirst().operations())
                .containsKey(OperationType.SOURCE_COPY)
                .containsKey(OperationType.SPLIT_BSDIFF);
    }

    @Test
    void aDeltaThatLooksInsideIsSmallerAndNeedsItsCapability() throws Exception {
        DeltaSpec plain = new ReleasePair(directory, SEED).write(false);
        DeltaSpec inside = new DeltaSpec(plain.next(), plain.oldUsr(), plain.oldUki(), true);
        Path delta = directory.resolve("delta");
        Path smaller = directory.resolve("smaller");

        write(plain, delta, 2);
        PayloadSummary summary = write(inside, smaller, 2);

        assertApplies(smaller, inside, DeltaGenerator.capabilities(inside));
        assertThat(summary.partitions().getLast().operations())
                .containsOnlyKeys(OperationType.REPACK);
        assertThat(Files.size(smaller)).isLessThan(Files.size(delta) * 3 / 4);
        assertThatThrownBy(() -> assertApplies(smaller, inside, Capability.HOST))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("repack-zstd-1.5.7");
    }

    @Test
    void theBytesDoNotDependOnTheNumberOfThreads() throws Exception {
        DeltaSpec spec = new ReleasePair(directory, SEED).write(true);

        write(spec, directory.resolve("one"), 1);
        write(spec, directory.resolve("two"), 2);

        assertThat(directory.resolve("one")).hasSameBinaryContentAs(directory.resolve("two"));
    }

    @Test
    void anotherSourceIsRefusedBeforeAnythingComesOfIt() throws Exception {
        DeltaSpec spec = new ReleasePair(directory, SEED).write(false);
        Path delta = directory.resolve("delta");
        write(spec, delta, 2);
        byte[] damaged = Files.readAllBytes(spec.oldUsr());
        damaged[10] ^= 1;
        Files.write(spec.oldUsr(), damaged);

        assertThatThrownBy(() -> assertApplies(delta, spec, Capability.HOST))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("running slot does not hold");
    }

    private static PayloadSummary write(DeltaSpec spec, Path out, int workers)
            throws IOException, InterruptedException {
        return DeltaGenerator.writeWith(
                workers,
                spec,
                List.of(PayloadFixture.RSA_2048.getPrivate()),
                out,
                WriteProgress.NONE);
    }

    private void assertApplies(Path delta, DeltaSpec spec, Set<Capability> capabilities)
            throws Exception {
        Path usrOut = directory.resolve("usr.out");
        Path ukiOut = directory.resolve("uki.out");
        try (InputStream in = Files.newInputStream(delta);
                FileChannel oldUsr = FileChannel.open(spec.oldUsr());
                FileChannel oldUki = FileChannel.open(spec.oldUki());
                FileChannel usr = created(usrOut);
                FileChannel uki = created(ukiOut)) {
            PayloadSources sources =
                    new PayloadSources(
                            PayloadSources.of(oldUsr, oldUsr.size()),
                            PayloadSources.of(oldUki, oldUki.size()));
            PayloadApplier.apply(
                    PayloadReader.open(
                            in, PayloadFixture.trust(PayloadFixture.RSA_2048), capabilities),
                    ApplyPlan.to(new PayloadTargets(PayloadTarget.of(usr), PayloadTarget.of(uki)))
                            .from(sources)
                            .packingWith(new JniFrames()),
                    ApplyProgress.NONE);
        }
        assertThat(usrOut).hasSameBinaryContentAs(spec.next().usrImage());
        assertThat(ukiOut).hasSameBinaryContentAs(spec.next().uki());
    }

    private static FileChannel created(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }
}
