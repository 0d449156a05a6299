package io.keelson.reboot.storm;

import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.MemberStatus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Prints one line per number of hosts; the exit code says whether all of them hold. */
final class StormMain {
    private StormMain() {}

    public static void main(String[] hosts) throws IOException, InterruptedException {
        boolean holds = true;
        for (String each : hosts) {
            holds &= run(Integer.parseInt(each));
        }
        System.exit(holds ? 0 : 1);
    }

    private static boolean run(int hosts) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("keelson-storm");
        try (var server = new StormServer(directory)) {
            var storm = new Storm(server.address(), server.etcd().client());
            Storm.Result result = storm.run(hosts);
            boolean ok = result.holds(hosts);
            System.out.printf(
                    Locale.ROOT,
                    "storm hosts=%d granted=%d errors=%d served=%d out_of_order=%d held_at_end=%d"
                            + " ask_ms=%d p50_ms=%d p99_ms=%d statuses=%s all_served_ms=%d"
                            + " etcd_bytes=%d etcd_revision=%d %s%n",
                    hosts,
                    result.granted(),
                    result.errors(),
                    result.served(),
                    result.outOfOrder(),
                    result.held(),
                    result.ask().times().wallMillis(),
                    result.ask().times().p50Millis(),
                    result.ask().times().p99Millis(),
                    result.ask().outcomes(),
                    result.wave().times().wallMillis(),
                    size(server),
                    revision(server),
                    ok ? "ok" : "MISSED");
            return ok;
        }
    }

    private static long size(StormServer server) {
        return server.etcd().client().status() instanceof EtcdResult.Known<MemberStatus>(var status)
                ? status.database().bytes()
                : -1;
    }

    private static long revision(StormServer server) {
        return server.etcd().client().status() instanceof EtcdResult.Known<MemberStatus>(var status)
                ? status.header().revision()
                : -1;
    }
}
