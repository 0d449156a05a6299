package io.keelson.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.engine.config.LockSettings;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;

import okhttp3.OkHttpClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;

class PlatformDnsTest {
    @TempDir Path directory;

    @Test
    void whoWaitsForItsTurnOnAVirtualThreadDoesNotLookNamesUpThere() throws Exception {
        var wasVirtual = new CopyOnWriteArrayList<Boolean>();
        OkHttpClient http =
                new OkHttpClient.Builder()
                        .dns(name -> {
                            wasVirtual.add(Thread.currentThread().isVirtual());
                            return List.of(InetAddress.getLoopbackAddress());
                        })
                        .build();
        try (var coordinator = RealCoordinator.start(directory)) {
            var settings =
                    new LockSettings.Coordinators(
                            List.of(
                                    URI.create(
                                            "http://coordinator.test:"
                                                    + coordinator.address().getPort())),
                            new LockSettings.Tls(Optional.empty(), Optional.empty()),
                            Optional.empty());
            var slots =
                    new LockConnection(http, file -> file)
                            .open(
                                    settings,
                                    "default",
                                    new NodeIdentity("host-a", "boot-1", "1.0.0"));
            var asked = new FutureTask<LockAnswer>(() -> slots.request("1.0.0"));

            Thread.ofVirtual().start(asked).join();

            assertThat(asked.get()).isInstanceOf(LockAnswer.Granted.class);
        }
        assertThat(wasVirtual).isNotEmpty().containsOnly(false);
    }

    @Test
    void aNameThatNobodyKnowsIsSaidAsBefore() {
        var dns =
                new PlatformDns(name -> {
                    throw new UnknownHostException(name + " is unknown");
                });

        assertThatThrownBy(() -> dns.lookup("a.test"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("a.test is unknown");
    }
}
