package io.keelson.payload.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.patch.SourceBytes;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class ResumeTest {
    @TempDir Path directory;
    private SmallDelta delta;
    private CutDevice device;
    private final List<Long> reopened = new ArrayList<>();

    @BeforeEach
    void makeDelta() throws Exception {
        delta = new SmallDelta(directory);
        device = CutDevice.with(delta);
    }

    @Test
    void aDownloadCutAtAnyByteContinuesBehindTheLastOperationItBrought() throws Exception {
        List<Long> ends = delta.operationEnds();
        int step = 211;
        for (int cut = (int) delta.open().dataOffset(); cut < delta.file.length; cut += step) {
            device = CutDevice.with(delta);
            reopened.clear();
            int at = cut;
            assertThatThrownBy(() -> apply(cutAt(at))).hasMessageContaining("the payload ends");

            apply(delta.stream(0));

            long received = ends.stream().filter(end -> end <= at).reduce(0L, Math::max);
            assertThat(reopened)
                    .as("cut at byte %d", cut)
                    .isEqualTo(received == 0 ? List.of() : List.of(received));
            requireArrived();
        }
    }

    @Test
    void theJournalOfAnotherPayloadIsOfNoUse() throws Exception {
        assertThatThrownBy(() -> apply(cutAt(delta.file.length - 300)));
        ApplyPoint point = device.journal().load().orElseThrow();
        device.journal().record(new ApplyPoint(new Sha256("00".repeat(32)), point.partitions()));

        assertThat(PayloadApplier.continues(delta.open(), device.journal())).isFalse();
        apply(delta.stream(0));

        assertThat(reopened).isEmpty();
        requireArrived();
    }

    @Test
    void whatChangedBehindTheJournalsBackIsWrittenAgain() throws Exception {
        assertThatThrownBy(() -> apply(cutAt(delta.file.length - 300)));
        assertThat(PayloadApplier.continues(delta.open(), device.journal())).isTrue();
        device.damage(3 * 4096 + 5);

        apply(delta.stream(0));

        assertThat(reopened).isEmpty();
        requireArrived();
    }

    @Test
    void aLostBootImageCostsNoMoreThanItself() throws Exception {
        apply(delta.stream(0));
        device.damage(delta.newUsr.length + 7);

        apply(delta.stream(0));

        assertThat(reopened).hasSize(1);
        assertThat(delta.operationEnds()).contains(reopened.getFirst());
        requireArrived();
    }

    @Test
    void whatIsDoneIsNotFetchedAgain() throws Exception {
        apply(delta.stream(0));

        apply(delta.stream(0));

        VerifiedPayload payload = delta.open();
        assertThat(reopened).hasSize(1);
        assertThat(payload.totalBytes() - reopened.getFirst()).isLessThan(200);
        requireArrived();
    }

    @Test
    void withoutRangesAResumedApplySaysWhatItLacks() throws Exception {
        assertThatThrownBy(() -> apply(cutAt(delta.file.length - 300)));
        ApplyPlan plan =
                ApplyPlan.to(device.targets())
                        .from(device.sources())
                        .resuming(device.journal(), PayloadRanges.NONE);

        assertThatThrownBy(() -> PayloadApplier.apply(delta.open(), plan, ApplyProgress.NONE))
                .hasMessageMatching(
                        "the payload cannot be read from byte [0-9]+ on: the payload cannot be .*");
    }

    @Test
    void otherBytesThanThoseOfThePayloadAreRefusedAfterAResume() throws Exception {
        assertThatThrownBy(() -> apply(cutAt(delta.file.length - 3000)));
        ApplyPlan plan =
                ApplyPlan.to(device.targets())
                        .from(device.sources())
                        .resuming(
                                device.journal(),
                                offset -> new ByteArrayInputStream(new byte[100_000]));

        PayloadException refused =
                catchThrowableOfType(
                        PayloadException.class,
                        () -> PayloadApplier.apply(delta.open(), plan, ApplyProgress.NONE));

        assertThat(refused.error()).isEqualTo(PayloadError.OPERATION_HASH_MISMATCH);
    }

    @Test
    void aDeltaOverAnotherReleaseIsRefusedBeforeItsFirstPatch() {
        byte[] other = delta.oldUsr.clone();
        for (int i = 0; i < other.length; i += 4096) {
            other[i]++;
        }
        ApplyPlan plan =
                ApplyPlan.to(device.targets())
                        .from(new PayloadSources(source(other), source(delta.oldUki)));

        assertThatThrownBy(() -> PayloadApplier.apply(delta.open(), plan, ApplyProgress.NONE))
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        e -> assertThat(e.error()).isEqualTo(PayloadError.SOURCE_MISMATCH))
                .hasMessageStartingWith("usr operation 1 (SOURCE_COPY, block 2) failed: the runn");
    }

    @Test
    void aDeltaWithoutARunningReleaseIsRefused() {
        assertThatThrownBy(() ->
                        PayloadApplier.apply(
                                delta.open(), ApplyPlan.to(device.targets()), ApplyProgress.NONE))
                .hasMessage("the payload is a delta, and there is no running release to build on");
    }

    @Test
    void readingBackNoticesADiskThatForgets() {
        PayloadTargets honest = device.targets();
        var forgetful =
                new PayloadTarget() {
                    @Override
                    public void write(ByteBuffer bytes, long offset) throws IOException {
                        honest.usr().write(bytes, offset);
                        if (offset == 0) {
                            device.damage(9);
                        }
                    }

                    @Override
                    public void read(ByteBuffer into, long offset) throws IOException {
                        honest.usr().read(into, offset);
                    }

                    @Override
                    public void force() throws IOException {
                        honest.usr().force();
                    }
                };
        ApplyPlan plan =
                ApplyPlan.to(new PayloadTargets(forgetful, honest.uki()))
                        .from(device.sources())
                        .withReadBack();

        assertThatThrownBy(() -> PayloadApplier.apply(delta.open(), plan, ApplyProgress.NONE))
                .hasMessageStartingWith("the usr partition as written does not have the signed");
    }

    private void apply(InputStream in) throws IOException {
        ApplyPlan plan =
                ApplyPlan.to(device.targets())
                        .from(device.sources())
                        .resuming(
                                device.journal(),
                                offset -> {
                                    reopened.add(offset);
                                    return delta.stream(offset);
                                });
        PayloadApplier.apply(
                PayloadReader.open(in, SmallDelta.KEYS), plan, ApplyProgress.NONE, 5 * 4096);
    }

    private InputStream cutAt(int bytes) {
        return new ByteArrayInputStream(delta.file, 0, bytes);
    }

    private void requireArrived() {
        assertThat(device.idleUsr()).isEqualTo(delta.newUsr);
        assertThat(device.idleUki()).isEqualTo(delta.newUki);
    }

    private static SourceBytes source(byte[] bytes) {
        return new SourceBytes() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long offset, ByteBuffer into) {
                into.put(bytes, (int) offset, into.remaining());
            }
        };
    }
}
