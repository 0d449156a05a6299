package io.keelson.engine;

import io.keelson.engine.install.Installer;
import io.keelson.engine.server.HttpDownloads;
import io.keelson.engine.server.ServerConnection;
import io.keelson.engine.worker.SoleWriter;
import io.keelson.engine.worker.Worker;

import okhttp3.OkHttpClient;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The process that installs one release for keelsond and ends; nobody else starts it. */
final class ApplyWorker {
    static final String COMMAND = "apply-worker";

    private ApplyWorker() {}

    static void run(HostFacts facts) throws IOException {
        // Not System.out: whatever prints there must not come between the messages.
        try (InputStream in = new FileInputStream(FileDescriptor.in);
                OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            System.setOut(System.err);
            Worker.run(
                    in,
                    out,
                    settings -> {
                        SoleWriter.require(facts.applyLock());
                        return new Installer(
                                new HttpDownloads(
                                        ServerConnection.of(
                                                new OkHttpClient(),
                                                settings.server(),
                                                settings.connection(),
                                                facts.systemAuthorities())),
                                HostDaemon.chance().patience(),
                                HostDaemon.disks(facts),
                                settings.tries());
                    },
                    () -> Runtime.getRuntime().halt(1));
        }
    }
}
