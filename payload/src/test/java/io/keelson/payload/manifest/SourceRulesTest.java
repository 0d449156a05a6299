package io.keelson.payload.manifest;

import static io.keelson.payload.manifest.Manifests.BLOCK;
import static io.keelson.payload.manifest.Manifests.HASH;
import static io.keelson.payload.manifest.Manifests.extent;
import static io.keelson.payload.manifest.Manifests.uki;
import static io.keelson.payload.manifest.Manifests.with;
import static io.keelson.payload.manifest.Manifests.zero;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Deltas that name blocks nobody has, more than memory holds, or numbers that turn over. */
class SourceRulesTest {
    private static final long GIB_8 = 8L << 30;

    static Stream<Arguments> brokenDeltas() {
        InstallOperation.Data patch = new InstallOperation.Data(0, 100, Optional.of(HASH));
        InstallOperation.Data none = InstallOperation.Data.NONE;
        Extent all = extent(0, 4);
        return Stream.of(
                arguments(
                        copy(source(extent(7, 4)), all), "reads up to block 11 of a partition of"),
                arguments(
                        copy(source(extent(Long.MAX_VALUE - 4, 4)), all),
                        "reads up to block 9223372036854775807"),
                arguments(copy(source(extent(0, 3)), all), "copies 3 blocks to 4 blocks"),
                arguments(
                        copy(source(Collections.nCopies(4096, extent(0, 10))), all),
                        "copies 40960 blocks to 4 blocks"),
                arguments(copy(source(List.of()), all), "names no source"),
                arguments(
                        copy(
                                new InstallOperation.Source(
                                        List.of(extent(0, 4)), Optional.empty()),
                                all),
                        "has no hash of the source"),
                arguments(
                        new InstallOperation(
                                OperationType.ZERO, none, source(all), List.of(all), List.of()),
                        "must not have a source"),
                arguments(
                        new InstallOperation(
                                OperationType.SOURCE_COPY,
                                patch,
                                source(all),
                                List.of(all),
                                List.of()),
                        "must not have data"),
                arguments(
                        new InstallOperation(
                                OperationType.SOURCE_COPY,
                                none,
                                source(all),
                                List.of(all),
                                List.of(all)),
                        "must not have a history"),
                arguments(history(patch), "names no history"),
                arguments(
                        history(patch, extent(0, 1)),
                        "looks back at up to block 1 of a partition of 0"),
                arguments(
                        history(patch, extent(Long.MAX_VALUE - 1, 1)),
                        "looks back at up to block 9223372036854775807"),
                arguments(
                        new InstallOperation(
                                OperationType.BROTLI_BSDIFF,
                                patch,
                                source(all),
                                List.of(all),
                                List.of()),
                        "needs the capability \"brotli\""),
                arguments(
                        new InstallOperation(
                                OperationType.REPACK, patch, source(all), List.of(all), List.of()),
                        "needs the capability \"repack-zstd-1.5.7\""));
    }

    @ParameterizedTest
    @MethodSource("brokenDeltas")
    void brokenDeltasAreRefused(InstallOperation operation, String message) {
        assertThatThrownBy(() -> ManifestRules.check(delta(4, 10 * BLOCK, operation)))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> greedyOperations() {
        return Stream.of(
                arguments(OperationType.ZSTD_PATCH, 2049, 4, "reads 8392704 bytes"),
                arguments(OperationType.SPLIT_BSDIFF, 16_385, 4, "reads 67112960 bytes"),
                arguments(OperationType.SOURCE_BSDIFF, 16_385, 4, "reads 67112960 bytes"),
                arguments(OperationType.REPACK, 65_537, 4, "reads 268439552 bytes"));
    }

    @ParameterizedTest
    @MethodSource("greedyOperations")
    void noOperationReadsMoreThanItsLimitEvenInPieces(
            OperationType type, int sourceBlocks, int blocks, String message) {
        List<Extent> pieces = List.of(extent(0, sourceBlocks - 1), extent(3, 1));
        InstallOperation operation =
                new InstallOperation(
                        type,
                        new InstallOperation.Data(0, 100, Optional.of(HASH)),
                        source(pieces),
                        List.of(extent(0, blocks)),
                        List.of());

        assertThatThrownBy(() ->
                        ManifestRules.check(
                                delta(4, GIB_8, operation), EnumSet.allOf(Capability.class)))
                .hasMessageContaining(message);
    }

    @Test
    void aSourceLargerThanAnySlotIsRefused() {
        for (long bytes : new long[] {0, GIB_8 + 1, Long.MAX_VALUE}) {
            assertThatThrownBy(() ->
                            ManifestRules.check(
                                    delta(4, bytes, copy(source(extent(0, 4)), extent(0, 4)))))
                    .hasMessageContaining("the source of usr has " + bytes + " bytes");
        }
    }

    @Test
    void aSourceThatTurnsOverWhenCountedInBlocksIsRefusedOffHostAsWell() {
        PayloadManifest manifest =
                delta(4, Long.MAX_VALUE, copy(source(extent(0, 4)), extent(0, 4)));

        assertThatThrownBy(() -> AospRules.check(manifest))
                .hasMessageContaining("the source of usr has 9223372036854775807 bytes");
    }

    @Test
    void aFullPayloadReadsNothing() {
        assertThatThrownBy(() ->
                        ManifestRules.check(
                                delta(0, GIB_8, copy(source(extent(0, 4)), extent(0, 4)))))
                .hasMessageContaining("which a full payload does not");
    }

    @Test
    void aHostWithoutCapabilitiesGetsNoOperationOfOurOwn() {
        PayloadManifest manifest =
                delta(
                        4,
                        GIB_8,
                        new InstallOperation(
                                OperationType.SPLIT_BSDIFF,
                                new InstallOperation.Data(0, 100, Optional.of(HASH)),
                                source(extent(0, 4)),
                                List.of(extent(0, 4)),
                                List.of()));

        assertThatThrownBy(() -> ManifestRules.check(manifest, Set.of()))
                .hasMessageContaining("which this host did not announce");
        assertThatCode(() -> ManifestRules.check(manifest)).doesNotThrowAnyException();
    }

    @Test
    void aHashTreeOfTheUkiIsRefusedBecauseItNeedNotEndOnABlock() {
        PartitionUpdate uki = uki();
        PartitionUpdate withTree =
                new PartitionUpdate(
                        "uki",
                        uki.source(),
                        uki.target(),
                        uki.version(),
                        delta(4, BLOCK, zero(extent(0, 4))).partitions().getFirst().verity(),
                        uki.operations());

        assertThatThrownBy(() ->
                        ManifestRules.check(
                                with(
                                        Manifests.usr(Manifests.zstd(0, 100, extent(0, 4))),
                                        withTree)))
                .hasMessageContaining("uki has a hash tree");
    }

    private static PayloadManifest delta(int minor, long sourceBytes, InstallOperation operation) {
        PartitionUpdate usr = Manifests.usr(operation);
        PartitionUpdate building =
                new PartitionUpdate(
                        "usr",
                        Optional.of(new PartitionUpdate.Content(sourceBytes, Optional.of(HASH))),
                        usr.target(),
                        usr.version(),
                        usr.verity(),
                        usr.operations());
        PayloadManifest manifest = with(building, ukiBehind(operation));
        return new PayloadManifest(
                BLOCK, manifest.signatures(), minor, false, manifest.partitions());
    }

    private static PartitionUpdate ukiBehind(InstallOperation operation) {
        PartitionUpdate uki = uki();
        return new PartitionUpdate(
                "uki",
                uki.source(),
                uki.target(),
                uki.version(),
                uki.verity(),
                List.of(
                        new InstallOperation(
                                OperationType.REPLACE,
                                new InstallOperation.Data(
                                        operation.dataLength(), 2 * BLOCK, Optional.of(HASH)),
                                List.of(extent(0, 2)))));
    }

    private static InstallOperation copy(InstallOperation.Source source, Extent destination) {
        return new InstallOperation(
                OperationType.SOURCE_COPY,
                InstallOperation.Data.NONE,
                source,
                List.of(destination),
                List.of());
    }

    private static InstallOperation history(InstallOperation.Data data, Extent... history) {
        return new InstallOperation(
                OperationType.ZSTD_HISTORY,
                data,
                InstallOperation.Source.NONE,
                List.of(extent(0, 4)),
                List.of(history));
    }

    private static InstallOperation.Source source(Extent... extents) {
        return source(List.of(extents));
    }

    private static InstallOperation.Source source(List<Extent> extents) {
        return new InstallOperation.Source(extents, Optional.of(HASH));
    }
}
