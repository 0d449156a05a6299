package io.keelson.qemu.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class BelongingsTest {
    private final List<String> closed = new ArrayList<>();
    private final Belongings belongings = Belongings.open();

    @Test
    void closesInReverseOrderAndGoesOnAfterAFailure() {
        belongings.hold(named("first"));
        belongings.hold(() -> {
            throw new IllegalStateException("stuck");
        });
        belongings.hold(named("last"));

        belongings.close();

        assertThat(closed).containsExactly("last", "first");
    }

    @Test
    void closesOneBeforeItsTimeAndOnlyOnce() {
        AutoCloseable early = belongings.hold(named("early"));

        belongings.release(early);
        belongings.close();

        assertThat(closed).containsExactly("early");
    }

    @Test
    void takesNothingInWhenTheEndHasBegun() {
        belongings.close();

        assertThatThrownBy(() -> belongings.hold(named("late"))).hasMessageContaining("is ending");
        assertThat(closed).containsExactly("late");
    }

    private AutoCloseable named(String name) {
        return () -> closed.add(name);
    }
}
