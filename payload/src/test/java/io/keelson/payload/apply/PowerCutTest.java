package io.keelson.payload.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.payload.ApplyProgress;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Every prefix of what an apply does to its disk, and what a write cache may make of it. */
class PowerCutTest {
    private static final long SEED = 20261121;
    private static final int TEARINGS = 3;

    @TempDir Path directory;
    private SmallDelta delta;

    @BeforeEach
    void makeDelta() throws Exception {
        delta = new SmallDelta(directory);
    }

    @Test
    void afterACutAnywhereTheApplyEndsAsIfThereHadBeenNone() throws Exception {
        CutDevice whole = CutDevice.with(delta);
        byte[] running = whole.running();
        apply(whole, 1);
        requireArrived(whole, running, "without a cut");

        for (int cut = 0; cut <= whole.events(); cut++) {
            for (int tearing = 0; tearing < TEARINGS; tearing++) {
                Random random = new Random(SEED + cut * 31L + tearing);
                CutDevice left = whole.cutAfter(cut, random);
                String name = "cut behind event " + cut + ", seed " + SEED + ", " + tearing;
                assertThat(left.running()).as(name).isEqualTo(running);
                apply(left, 1);
                requireArrived(left, running, name);
            }
        }
    }

    @Test
    void cutAfterCutTheApplyStillArrives() throws Exception {
        for (int round = 0; round < 20; round++) {
            Random random = new Random(SEED + round);
            CutDevice device = CutDevice.with(delta);
            byte[] running = device.running();
            String name = "round " + round + ", seed " + SEED;
            for (int cuts = 0; cuts < 6; cuts++) {
                apply(device, 1 + random.nextInt(30_000));
                device = device.cutAfter(random.nextInt(device.events() + 1), random);
                assertThat(device.running()).as(name).isEqualTo(running);
            }
            apply(device, 1);
            requireArrived(device, running, name);
        }
    }

    private void apply(CutDevice device, long flushBytes) throws IOException {
        ApplyPlan plan =
                ApplyPlan.to(device.targets())
                        .from(device.sources())
                        .resuming(device.journal(), delta::stream);
        PayloadApplier.apply(delta.open(), plan, ApplyProgress.NONE, flushBytes);
    }

    private void requireArrived(CutDevice device, byte[] running, String name) {
        assertThat(device.idleUsr()).as(name).isEqualTo(delta.newUsr);
        assertThat(device.idleUki()).as(name).isEqualTo(delta.newUki);
        assertThat(device.running()).as(name).isEqualTo(running);
    }
}
