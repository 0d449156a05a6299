package io.keelson.disk.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class VerityTreeTest {
    @TempDir Path directory;

    private Path data(int blocks) throws IOException {
        byte[] bytes = new byte[blocks * VerityDefaults.BLOCK_BYTES];
        new Random(blocks).nextBytes(bytes);
        return Files.write(directory.resolve("data"), bytes);
    }

    private String veritysetupFormat(Path data, Path hash, byte[] salt) throws Exception {
        String output =
                Command.run(
                                List.of(
                                        "veritysetup",
                                        "format",
                                        "--uuid=" + VerityDefaults.UUID_OF_TREE,
                                        "--salt="
                                                + (salt.length == 0
                                                        ? "-"
                                                        : HexFormat.of().formatHex(salt)),
                                        data.toString(),
                                        hash.toString()),
                                Duration.ofSeconds(60))
                        .orThrow("veritysetup format")
                        .stdout();
        return output.lines()
                .filter(line -> line.startsWith("Root hash:"))
                .map(line -> line.substring("Root hash:".length()).strip())
                .findFirst()
                .orElseThrow();
    }

    /** One block has no tree; 128 fill a hash block; 16384 fill two levels. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 127, 128, 129, 1000, 16384, 16385})
    void theHashPartitionIsTheSameAsThatOfVeritysetup(int blocks) throws Exception {
        Path data = data(blocks);
        Path expected = directory.resolve("expected");
        String rootHash = veritysetupFormat(data, expected, VerityDefaults.salt());

        VerityTree tree = VerityTree.of(data, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);

        assertThat(tree.rootHash().hex()).isEqualTo(rootHash);
        assertThat(tree.partitionBytes()).isEqualTo(Files.readAllBytes(expected));
        assertThat(tree.sizeBytes()).isEqualTo((int) Files.size(expected));
        assertThat(tree.dataBlocks()).isEqualTo(blocks);
    }

    @Test
    void aTreeWithoutSaltIsTheSameToo() throws Exception {
        Path data = data(300);
        Path expected = directory.resolve("expected");
        String rootHash = veritysetupFormat(data, expected, new byte[0]);

        VerityTree tree = VerityTree.of(data, new byte[0], VerityDefaults.UUID_OF_TREE);

        assertThat(tree.rootHash().hex()).isEqualTo(rootHash);
        assertThat(tree.partitionBytes()).isEqualTo(Files.readAllBytes(expected));
    }

    @Test
    void dataInPiecesOfAnySizeGivesTheSameTree() throws Exception {
        Path file = data(1000);
        ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(file));
        var builder = VerityTree.builder(1000, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
        Random random = new Random(7);

        while (data.hasRemaining()) {
            int count = Math.min(data.remaining(), random.nextInt(10_000));
            ByteBuffer piece = data.slice(data.position(), count);
            builder.update(random.nextBoolean() ? piece.asReadOnlyBuffer() : piece);
            data.position(data.position() + count);
        }
        VerityTree tree = builder.finish();

        assertThat(tree.partitionBytes())
                .isEqualTo(
                        VerityTree.of(file, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE)
                                .partitionBytes());
    }

    @Test
    void theTreeIsWrittenAtAnOffset() throws Exception {
        VerityTree tree =
                VerityTree.of(data(3), VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
        Path disk = directory.resolve("disk");
        try (var out =
                FileChannel.open(disk, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            tree.writeTo(out, 8192);
        }

        assertThat(Files.readAllBytes(disk)).hasSize(8192 + 8192).endsWith(tree.partitionBytes());
    }

    @Test
    void dataThatIsNotAsLongAsAnnouncedIsRefused() {
        var builder = VerityTree.builder(2, new byte[0], VerityDefaults.UUID_OF_TREE);
        builder.update(ByteBuffer.allocate(4097));

        assertThatThrownBy(builder::finish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the verity tree got 4097 bytes of 8192");
        assertThatThrownBy(() -> builder.update(ByteBuffer.allocate(8191)))
                .hasMessage("the verity tree got more than its 2 blocks");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, VerityLayout.DATA_BLOCKS_MAX + 1})
    void sizesWithoutATreeAreRefused(long blocks) {
        assertThatThrownBy(
                        () -> VerityTree.builder(blocks, new byte[0], VerityDefaults.UUID_OF_TREE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileThatIsNotWholeBlocksIsRefused() throws IOException {
        Path file = Files.write(directory.resolve("odd"), new byte[4097]);

        assertThatThrownBy(() -> VerityTree.of(file, new byte[0], VerityDefaults.UUID_OF_TREE))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("has 4097 bytes, not a multiple of 4096; pad it");
    }
}
