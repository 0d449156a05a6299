package io.keelson.payload.manifest;

import static io.keelson.payload.manifest.Manifests.extent;
import static io.keelson.payload.manifest.Manifests.operation;
import static io.keelson.payload.manifest.Manifests.uki;
import static io.keelson.payload.manifest.Manifests.usr;
import static io.keelson.payload.manifest.Manifests.with;
import static io.keelson.payload.manifest.Manifests.zero;
import static io.keelson.payload.manifest.Manifests.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class ManifestRulesTest {
    @Test
    void aValidManifestNamesItsRelease() throws Exception {
        assertThat(ManifestRules.check(Manifests.valid()).text()).isEqualTo("1.1.0");
    }

    static Stream<Arguments> brokenManifests() {
        InstallOperation all = zstd(0, 100, extent(0, 4));
        return Stream.of(
                arguments(with(usr(zstd(0, 100, extent(0, 5))), uki()), "up to block 5"),
                arguments(
                        with(usr(zstd(0, 100, extent(0, Long.MAX_VALUE))), uki()),
                        "up to block 9223372036854775807"),
                arguments(
                        with(usr(zstd(0, 100, extent(0, 3)), zero(extent(2, 2))), uki()),
                        "usr operation 1 writes block 2, which was written before"),
                arguments(
                        with(usr(zstd(0, 100, extent(0, 2), extent(1, 3))), uki()),
                        "written before"),
                arguments(
                        with(usr(zstd(0, 100, extent(0, 2)), zero(extent(3, 1))), uki()),
                        "leaves a gap after block 2"),
                arguments(
                        with(usr(zstd(0, 100, extent(0, 3))), uki()),
                        "usr has 4 blocks, but its operations write 3"),
                arguments(with(usr(), uki()), "operations write 0"),
                arguments(with(usr(zstd(0, 100)), uki()), "writes nothing"),
                arguments(with(usr(zstd(1, 99, extent(0, 4))), uki()), "at offset 1, expected 0"),
                arguments(with(usr(zstd(0, 99, extent(0, 4))), uki()), "offset 100, expected 99"),
                arguments(with(usr(zstd(0, 0, extent(0, 4))), uki()), "0 bytes of data"),
                arguments(
                        with(usr(zstd(0, 5 << 20, extent(0, 4))), uki()),
                        "at most 4194304 are accepted"),
                arguments(
                        with(usr(operation(OperationType.REPLACE, 0, 16_385, extent(0, 4))), uki()),
                        "16385 bytes of data for 16384"),
                arguments(
                        with(usr(operation(OperationType.ZERO, 0, 0, extent(0, 4))), uki()),
                        "must not have data"),
                arguments(
                        with(usr(operation(OperationType.BSDIFF, 0, 100, extent(0, 4))), uki()),
                        "usr operation 0 is BSDIFF, which is not applied here"),
                arguments(with(usr(all), uki("1.2.0")), "different releases"),
                arguments(with(usr(all)), "not one each of usr and uki"),
                arguments(with(usr(all), usr(all)), "not one each of usr and uki"),
                arguments(with(usr(all), uki(), uki()), "not one each of usr and uki"));
    }

    @ParameterizedTest
    @MethodSource("brokenManifests")
    void brokenManifestsAreRefused(PayloadManifest manifest, String message) {
        assertThatThrownBy(() -> ManifestRules.check(manifest))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aVersionOutsideTheGrammarIsRefused() {
        PartitionUpdate usr = usr(zstd(0, 100, extent(0, 4)));
        PartitionUpdate badUsr =
                new PartitionUpdate(
                        "usr",
                        usr.sizeBytes(),
                        usr.sha256(),
                        "1+1",
                        usr.verity(),
                        usr.operations());

        assertThatThrownBy(() -> ManifestRules.check(with(badUsr, uki("1+1"))))
                .hasMessage("the release version \"1+1\" is not valid");
    }

    @Test
    void dataWithoutHashIsRefusedWithItsOwnCode() {
        InstallOperation noHash =
                new InstallOperation(
                        OperationType.REPLACE_ZSTD,
                        new InstallOperation.Data(0, 100, Optional.empty()),
                        List.of(extent(0, 4)));

        assertThatThrownBy(() -> ManifestRules.check(with(usr(noHash), uki())))
                .isInstanceOfSatisfying(
                        ManifestException.class,
                        refused -> assertThat(refused.errorCode()).isEqualTo(38));
    }

    @Test
    void anUnsignedDeltaOrPartialPayloadIsRefused() {
        PayloadManifest valid = Manifests.valid();
        List<PartitionUpdate> partitions = valid.partitions();

        assertThatThrownBy(() ->
                        ManifestRules.check(
                                new PayloadManifest(4096, Optional.empty(), 0, false, partitions)))
                .hasMessage("the manifest names no payload signature");
        assertThatThrownBy(() ->
                        ManifestRules.check(
                                new PayloadManifest(
                                        4096, valid.signatures(), 10, false, partitions)))
                .hasMessageContaining("minor version 10");
        assertThatThrownBy(() ->
                        ManifestRules.check(
                                new PayloadManifest(4096, valid.signatures(), 0, true, partitions)))
                .hasMessageContaining("partial update");
        assertThatThrownBy(() ->
                        ManifestRules.check(
                                new PayloadManifest(512, valid.signatures(), 0, false, partitions)))
                .hasMessageContaining("block size is 512");
    }
}
