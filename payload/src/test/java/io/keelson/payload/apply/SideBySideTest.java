package io.keelson.payload.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.MemoryTarget;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.patch.SourceBytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Operations that do not depend on one another. */
class SideBySideTest {
    @TempDir Path directory;

    /** A read of the running slot ends only when a second operation reads at the same time. */
    @Test
    void twoIndependentOperationsAreExecutedAtATimeAndTheirContentStaysInOrder() throws Exception {
        var delta = SmallDelta.ofCopies(directory);
        var usr = new MemoryTarget(delta.newUsr.length);
        var uki = new MemoryTarget(delta.newUki.length);
        var together = new CyclicBarrier(2);
        var plan =
                ApplyPlan.to(new PayloadTargets(usr, uki))
                        .from(
                                new PayloadSources(
                                        inPairs(delta.oldUsr, together),
                                        inPairs(delta.oldUki, new CyclicBarrier(1))));

        PayloadApplier.apply(delta.open(), plan, ApplyProgress.NONE);

        assertThat(usr.bytes()).isEqualTo(delta.newUsr);
        assertThat(uki.bytes()).isEqualTo(delta.newUki);
    }

    private static SourceBytes inPairs(byte[] content, CyclicBarrier barrier) {
        return new SourceBytes() {
            @Override
            public long size() {
                return content.length;
            }

            @Override
            public void read(long offset, ByteBuffer into) throws IOException {
                try {
                    int _ = barrier.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                    throw new IOException("no second operation reads the slot", e);
                }
                into.put(content, (int) offset, into.remaining());
            }
        };
    }
}
