package io.keelson.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

class AsideTest {
    @Test
    void whatCameOfItIsTold() throws Exception {
        try (Aside<String> aside = Aside.start("work", () -> "done")) {
            assertThat(aside.await()).isEqualTo("done");
        }
    }

    @Test
    void failuresAreThrownAsTheyWere() {
        for (Throwable failure :
                new Throwable[] {
                    new IOException("disk full"),
                    new IllegalArgumentException("a number"),
                    new OutOfMemoryError("heap")
                }) {
            try (Aside<String> aside = Aside.start("work", () -> fail(failure))) {
                assertThatThrownBy(aside::await).isSameAs(failure);
            }
        }
        try (Aside<String> aside = Aside.start("work", () -> fail(new Exception("odd")))) {
            assertThatThrownBy(aside::await)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("odd");
        }
    }

    private static String fail(Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (Exception) failure;
    }

    @Test
    void closingWaitsForTheEnd() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean isOver = new AtomicBoolean();
        Aside<String> aside =
                Aside.start(
                        "work",
                        () -> {
                            started.countDown();
                            release.await();
                            isOver.set(true);
                            throw new IOException("nobody asks");
                        });
        started.await();
        Thread.currentThread().interrupt();
        Thread.ofPlatform().start(release::countDown);

        aside.close();

        assertThat(isOver).isTrue();
        assertThat(Thread.interrupted()).as("the interrupt is not lost").isTrue();
    }
}
