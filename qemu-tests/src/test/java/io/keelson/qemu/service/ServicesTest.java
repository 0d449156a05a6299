package io.keelson.qemu.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.cli.api.ServerApi;
import io.keelson.etcd.EtcdClient;
import io.keelson.image.sign.SigningKeys;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;

import okhttp3.OkHttpClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

@Timeout(180)
class ServicesTest {
    @TempDir Path directory;

    @Test
    void etcdServesTheRebootLockAndIsGoneWhenClosed() throws Exception {
        List<Long> taken = new ArrayList<>();
        long pid;
        try (EtcdServer etcd =
                EtcdServer.start(directory.resolve("etcd"), child -> taken.add(child.pid()))) {
            pid = etcd.pid();
            assertThat(taken).containsExactly(pid);
            EtcdClient client =
                    new EtcdClient(
                            List.of(etcd.endpoint()), new OkHttpClient(), Duration.ofSeconds(10));
            RebootLock lock =
                    new RebootLock(
                            client,
                            "test",
                            InstantSource.system(),
                            () -> UUID.randomUUID().toString(),
                            RandomGenerator.getDefault());

            assertThat(lock.request(new NodeIdentity("one", "boot")))
                    .isInstanceOf(LockAnswer.Granted.class);
            assertThat(lock.request(new NodeIdentity("two", "boot")))
                    .isInstanceOf(LockAnswer.Queued.class);
        }
        assertGone(pid);
    }

    @Test
    void theUpdateServerAnswersOverItsInterfaceAndIsGoneWhenClosed() throws Exception {
        SigningKeys.generate(directory.resolve("keys"), new SecureRandom());
        List<Path> trusted = List.of(directory.resolve("keys/update.pub.pem"));
        long pid;
        try (UpdateServer server =
                UpdateServer.start(directory.resolve("server"), 0, trusted, Custody.NONE)) {
            pid = server.pid();
            ServerApi api = new ServerApi(server.url());

            assertThat(api.get("api", "hosts").isEmpty()).isTrue();
            assertThatThrownBy(() -> api.get("api", "hosts", "nobody"))
                    .hasMessageContaining("nobody")
                    .extracting("kind")
                    .isEqualTo("unknown-host");
        }
        assertGone(pid);
    }

    @Test
    void aTakenPortIsOneSentenceWithTheRemedy() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> FreePort.require(taken.getLocalPort()))
                    .hasMessage(
                            "port "
                                    + taken.getLocalPort()
                                    + " is taken: free it or choose another with --port");
        }
    }

    @Test
    void aServerThatEndsAtOnceShowsItsLastWords() {
        assertThatThrownBy(() ->
                        UpdateServer.start(directory.resolve("server"), 0, List.of(), Custody.NONE))
                .hasMessageContaining("ended before it was ready")
                .hasMessageContaining("--trust");
    }

    private static void assertGone(long pid) {
        // For an instant a dead child is still listed, until it is reaped.
        ProcessHandle.of(pid)
                .ifPresent(
                        child -> assertThat(child.onExit()).succeedsWithin(Duration.ofSeconds(10)));
    }
}
