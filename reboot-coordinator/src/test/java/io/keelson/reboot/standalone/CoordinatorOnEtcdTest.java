package io.keelson.reboot.standalone;

import io.keelson.etcd.Range;
import io.keelson.reboot.EtcdServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class CoordinatorOnEtcdTest extends CoordinatorContract {
    private static EtcdServer server;

    @BeforeAll
    static void startEtcd(@TempDir Path directory) throws IOException {
        server = new EtcdServer(directory);
    }

    @AfterAll
    static void stopEtcd() {
        server.close();
    }

    @AfterEach
    void forget() {
        server.client().delete(Range.ofPrefix("/keelson/"));
    }

    @Override
    List<String> store() {
        return List.of("--etcd", server.endpoint().toString());
    }
}
