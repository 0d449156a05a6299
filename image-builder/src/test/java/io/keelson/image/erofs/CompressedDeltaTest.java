package io.keelson.image.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.image.compress.Compression;
import io.keelson.image.sign.Pem;
import io.keelson.image.sign.SigningKeys;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;
import io.keelson.payload.ApplyProgress;
import io.keelson.payload.MemoryTarget;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.delta.DeltaGenerator;
import io.keelson.payload.delta.DeltaSpec;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.WriteProgress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;

final class CompressedDeltaTest {
    private static final int IMAGE_BYTES_MAX = 64 << 20;

    @TempDir Path dir;

    @Test
    void aDeltaBetweenCompressedImagesSparesTheFilesThatDidNotChange() throws Exception {
        SigningKeys.generate(dir, new SecureRandom());
        Path old = image("old", 100);
        Path next = image("next", 101);
        Path uki = Files.write(dir.resolve("uki"), text(300_000, 5));
        DeltaSpec spec =
                new DeltaSpec(
                        new PayloadSpec(
                                new ReleaseVersion("2"),
                                next,
                                VerityTree.of(
                                                next,
                                                VerityDefaults.salt(),
                                                VerityDefaults.UUID_OF_TREE)
                                        .rootHash(),
                                VerityDefaults.salt(),
                                uki,
                                3),
                        old,
                        uki,
                        false);
        Path delta = dir.resolve("delta");

        DeltaGenerator.write(
                spec,
                List.of(Pem.readPrivateKey(dir.resolve("update.key.pem"))),
                delta,
                WriteProgress.NONE);

        MemoryTarget usr = new MemoryTarget(IMAGE_BYTES_MAX);
        try (InputStream in = Files.newInputStream(delta);
                FileChannel oldUsr = FileChannel.open(old);
                FileChannel oldUki = FileChannel.open(uki)) {
            PayloadApplier.apply(
                    PayloadReader.open(
                            in, TrustedKeys.ofFiles(List.of(dir.resolve("update.pub.pem")), 1)),
                    ApplyPlan.to(new PayloadTargets(usr, new MemoryTarget(1 << 20)))
                            .from(
                                    new PayloadSources(
                                            PayloadSources.of(oldUsr, oldUsr.size()),
                                            PayloadSources.of(oldUki, oldUki.size()))),
                    ApplyProgress.NONE);
        }
        ByteBuffer applied = ByteBuffer.allocate((int) Files.size(next));
        usr.read(applied, 0);
        assertThat(applied.array()).isEqualTo(Files.readAllBytes(next));
        assertThat(Files.size(delta)).isLessThan(Files.size(next) / 2);
    }

    private Path image(String name, long seedOfTheChangedFile) throws Exception {
        RootTree tree = new RootTree();
        for (int i = 0; i < 12; i++) {
            byte[] content = text(400_000, i == 4 ? seedOfTheChangedFile : i);
            tree.put(
                    "/usr/file" + i,
                    new Node.RegularFile(Metadata.FILE, Content.of(content)),
                    "test");
        }
        Path image = dir.resolve(name);
        ErofsImage.write(tree.below("/usr"), new ErofsImage.Format(0, Compression.LZ4), image);
        return image;
    }

    private static byte[] text(int size, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(size + 40);
        while (text.length() < size) {
            text.append("entry ").append(random.nextInt(1 << 20)).append(" of a table\n");
        }
        return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }
}
