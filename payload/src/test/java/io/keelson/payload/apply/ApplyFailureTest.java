package io.keelson.payload.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadReader;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;

/** Whatever fails or whoever interrupts: one sentence, no success, no thread, and it can go on. */
class ApplyFailureTest {
    private static final int FLUSH_BYTES = 5 * 4096;

    private static final Duration WAY_OUT = Duration.ofSeconds(10);

    /** A prime, so that the bytes are at all places of operations. */
    private static final int STREAM_STEP = 1499;

    @TempDir Path directory;
    private SmallDelta delta;

    @BeforeEach
    void makeDelta() throws Exception {
        delta = new SmallDelta(directory);
    }

    @AfterEach
    void noThreadIsLeftBehind() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("apply-")) {
                // A pool calls itself ended while its last thread is still on its way out.
                assertThat(thread.join(WAY_OUT)).as("end of %s", thread).isTrue();
            }
        }
        assertThat(Thread.interrupted()).as("interrupted").isFalse();
    }

    @Test
    void everyCallThatFailsIsToldInOneSentenceAndTheNextApplyArrives() throws Exception {
        int calls = callsOfAWholeApply();
        for (int call = 0; call < calls; call++) {
            String message = call % 2 == 0 ? "No space left on device" : "Input/output error";
            CutDevice device = CutDevice.with(delta);
            FaultyCalls faulty =
                    new FaultyCalls(
                            call,
                            () -> {
                                throw new IOException(message);
                            });

            Throwable failure = catchThrowable(() -> apply(device, faulty, delta.stream(0)));

            assertThat(failure)
                    .as("call %d of %d", call, calls)
                    .isInstanceOf(PayloadException.class)
                    .hasMessageContaining(message);
            assertThat(failure.getMessage()).doesNotContain("\n");
            requireArrivesNow(device, "after call " + call);
        }
    }

    @Test
    void everyCallDuringWhichTheApplyIsInterruptedEndsItOrLetsItArrive() throws Exception {
        int calls = callsOfAWholeApply();
        Thread caller = Thread.currentThread();
        int ended = 0;
        for (int call = 0; call < calls; call++) {
            CutDevice device = CutDevice.with(delta);
            FaultyCalls interrupting = new FaultyCalls(call, caller::interrupt);

            Throwable failure = catchThrowable(() -> apply(device, interrupting, delta.stream(0)));

            assertThat(Thread.interrupted()).as("still interrupted after call %d", call).isTrue();
            if (failure == null) {
                requireArrived(device, "interrupted at call " + call);
                continue;
            }
            ended++;
            assertThat(failure)
                    .as("call %d of %d", call, calls)
                    .isInstanceOf(PayloadException.class);
            requireArrivesNow(device, "after call " + call);
        }
        assertThat(ended).isPositive();
    }

    @Test
    void aStreamThatFailsSomewhereEndsInOneSentence() throws Exception {
        for (int at = 0; at < delta.file.length; at += STREAM_STEP) {
            CutDevice device = CutDevice.with(delta);
            InputStream failing = new FailingStream(delta.file, at);

            assertThatThrownBy(() -> apply(device, FaultyCalls.none(), failing))
                    .as("byte %d", at)
                    .isInstanceOf(PayloadException.class)
                    .hasMessageContaining("Connection reset")
                    .hasMessageNotContaining("\n");

            requireArrivesNow(device, "after a stream that failed at byte " + at);
        }
    }

    @Test
    void aDisplayOfProgressThatFailsStopsTheApply() throws Exception {
        CutDevice device = CutDevice.with(delta);
        ApplyProgress failing =
                (_, _) -> {
                    throw new IllegalArgumentException("the display is broken");
                };

        assertThatThrownBy(() ->
                        PayloadApplier.apply(
                                delta.open(),
                                plan(device, FaultyCalls.none()),
                                failing,
                                FLUSH_BYTES))
                .isInstanceOf(IllegalArgumentException.class);

        requireArrivesNow(device, "after the display failed");
    }

    private int callsOfAWholeApply() throws IOException {
        CutDevice device = CutDevice.with(delta);
        FaultyCalls counting = FaultyCalls.none();
        apply(device, counting, delta.stream(0));
        requireArrived(device, "without a fault");
        return counting.count();
    }

    private void apply(CutDevice device, FaultyCalls faulty, InputStream in) throws IOException {
        PayloadApplier.apply(
                PayloadReader.open(in, SmallDelta.KEYS),
                plan(device, faulty),
                ApplyProgress.NONE,
                FLUSH_BYTES);
    }

    private ApplyPlan plan(CutDevice device, FaultyCalls faulty) {
        return ApplyPlan.to(faulty.around(device.targets()))
                .from(faulty.around(device.sources()))
                .resuming(faulty.around(device.journal()), delta::stream);
    }

    private void requireArrivesNow(CutDevice device, String name) throws IOException {
        apply(device, FaultyCalls.none(), delta.stream(0));
        requireArrived(device, name);
    }

    private void requireArrived(CutDevice device, String name) {
        assertThat(device.idleUsr()).as(name).isEqualTo(delta.newUsr);
        assertThat(device.idleUki()).as(name).isEqualTo(delta.newUki);
    }

    /** A connection that breaks. */
    private static final class FailingStream extends FilterInputStream {
        private int left;

        FailingStream(byte[] file, int at) {
            super(new ByteArrayInputStream(file));
            left = at;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                throw new IOException("Connection reset");
            }
            int count = super.read(into, offset, Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }
    }
}
