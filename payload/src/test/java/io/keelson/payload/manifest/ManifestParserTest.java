package io.keelson.payload.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keelson.payload.wire.WireWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

class ManifestParserTest {
    private static final long SEED = 42;

    @Test
    void readsWhatTheFormatterWrote() throws Exception {
        PayloadManifest manifest = Manifests.valid();

        assertThat(ManifestParser.parse(ManifestFormatter.format(manifest))).isEqualTo(manifest);
    }

    @Test
    void ignoresFieldsItDoesNotKnow() throws Exception {
        byte[] bytes = ManifestFormatter.format(Manifests.valid());
        WireWriter unknown = new WireWriter().count(14, 1).bytes(15, new byte[9]).fixed32(5000, 1);
        byte[] tail = unknown.toByteArray();
        byte[] extended = Arrays.copyOf(bytes, bytes.length + tail.length);
        System.arraycopy(tail, 0, extended, bytes.length, tail.length);

        assertThat(ManifestParser.parse(extended)).isEqualTo(Manifests.valid());
    }

    static Stream<Arguments> bombs() {
        WireWriter partitions = new WireWriter();
        for (int i = 0; i <= ManifestParser.PARTITIONS_MAX; i++) {
            partitions.string(13, "");
        }
        WireWriter operations = new WireWriter();
        for (int i = 0; i <= ManifestParser.OPERATIONS_MAX; i++) {
            operations.message(8, new WireWriter().count(1, 6));
        }
        WireWriter extents = new WireWriter().count(1, 6);
        for (int i = 0; i <= ManifestParser.EXTENTS_MAX; i++) {
            extents.message(6, new WireWriter().count(1, i).count(2, 1));
        }
        WireWriter spreadOperations = new WireWriter();
        WireWriter half = new WireWriter();
        for (int i = 0; i <= ManifestParser.OPERATIONS_MAX / 2; i++) {
            half.message(8, new WireWriter().count(1, 6));
        }
        spreadOperations.message(13, half).message(13, half);
        WireWriter list = new WireWriter().count(1, 6);
        for (int i = 0; i < ManifestParser.EXTENTS_MAX; i++) {
            list.message(6, new WireWriter().count(2, 1)).message(4, new WireWriter().count(2, 1));
        }
        WireWriter spreadExtents = new WireWriter();
        for (int i = 0;
                i <= ManifestParser.EXTENTS_IN_ALL_MAX / ManifestParser.EXTENTS_MAX / 2;
                i++) {
            spreadExtents.message(8, list);
        }
        return Stream.of(
                arguments(partitions, "more than 64 partitions"),
                arguments(spreadOperations, "more than 65536 operations"),
                arguments(partition(spreadExtents), "more than 262144 extents"),
                arguments(partition(operations), "more than 65536 operations"),
                arguments(operation(extents), "more than 4096 extents"),
                arguments(operation(new WireWriter()), "an operation has no type"),
                arguments(operation(new WireWriter().count(1, 99)), "type 99 is not known"),
                arguments(operation(new WireWriter().count(1, 1L << 32)), "type 4294967296"),
                arguments(operation(new WireWriter().bytes(8, new byte[31])), "not a sha-256"),
                arguments(operation(new WireWriter().bytes(8, new byte[33])), "more than 32"),
                arguments(operation(extent(-1, 1)), "sparse hole"),
                arguments(operation(extent(5, 0)), "extent of 0 blocks at block 5"),
                arguments(operation(extent(Long.MAX_VALUE, 2)), "out of range"),
                arguments(partition(new WireWriter().string(1, "x".repeat(65))), "more than 64"),
                arguments(new WireWriter().count(3, 0), "block size is 0"),
                arguments(new WireWriter().count(5, 1 << 30), "more than 16384"),
                arguments(new WireWriter().count(3, 1).count(3, 1), "appears twice"));
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void manifestsBeyondTheLimitsAreRefused(WireWriter manifest, String message) {
        assertThatThrownBy(() -> ManifestParser.parse(manifest.toByteArray()))
                .isInstanceOf(ManifestException.class)
                .hasMessageStartingWith("the payload manifest cannot be read: ")
                .hasMessageContaining(message);
    }

    @Test
    void damagedManifestsAreRefusedOrReadButNeverCrash() {
        byte[] valid = ManifestFormatter.format(Manifests.valid());
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = valid.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }

            Throwable failure =
                    catchThrowable(() -> ManifestRules.check(ManifestParser.parse(damaged)));

            if (failure != null) {
                assertThat(failure)
                        .as("round %d, seed %d", i, SEED)
                        .isInstanceOf(ManifestException.class);
            }
        }
    }

    private static WireWriter partition(WireWriter content) {
        return new WireWriter().message(13, content);
    }

    private static WireWriter operation(WireWriter content) {
        return partition(new WireWriter().message(8, content));
    }

    private static WireWriter extent(long start, long blocks) {
        return new WireWriter()
                .count(1, 6)
                .message(6, new WireWriter().count(1, start).count(2, blocks));
    }
}
