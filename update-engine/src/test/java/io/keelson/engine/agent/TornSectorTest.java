package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.BootEntryName;
import io.keelson.engine.agent.DiskLog.Op;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The power goes after every sector of every write of a switch, and in the middle of every sector;
 * what was not flushed before is there or not; on the ESP a rename shows the old name, the new one
 * or both. From each of these disks the old release must boot, or the new one.
 */
class TornSectorTest {
    @TempDir Path directory;
    private final List<String> bricks = new ArrayList<>();
    private final Map<String, Integer> boots = new TreeMap<>();

    @Test
    void everyTornSectorBootsTheOldOrTheNewRelease() throws Exception {
        TestHost host = updatedOnce();
        Map<String, String> esp = host.espFiles();
        List<Op> ops = switchTo("1.2.0", host);

        try (var file = FileChannel.open(host.disk(), StandardOpenOption.READ)) {
            TornDisk durable = new TornDisk(file, new HashMap<>(beginnings(ops)));
            List<Op.Write> unflushed = new ArrayList<>();
            for (Op op : ops) {
                switch (op) {
                    case Op.Write write -> {
                        cutDuring(write, durable, unflushed, esp);
                        unflushed.add(write);
                    }
                    case Op.Force _ -> {
                        unflushed.forEach(write -> durable.apply(write, TornDisk.count(write)));
                        unflushed.clear();
                    }
                    case Op.Esp(var now) -> {
                        cutWhileRenaming(durable, unflushed, esp, now);
                        esp = now;
                    }
                }
            }
        }

        assertThat(bricks).isEmpty();
        assertThat(boots).containsOnlyKeys("1.1.0", "1.2.0");
        assertThat(boots.get("1.1.0")).as("cuts before the switch").isGreaterThan(500);
    }

    private TestHost updatedOnce() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        var host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        List<Op> _ = switchTo("1.1.0", host);
        host.boot();
        Agent agent = host.start();
        host.runGate();
        host.runUntil(agent, "idle");
        assertThat(host.version().text()).isEqualTo("1.1.0");
        return host;
    }

    private List<Op> switchTo(String version, TestHost host) throws Exception {
        host.server.offered = TestRelease.build(directory, version, TestRelease.OUR_KEY);
        var log = new DiskLog();
        host.log = log;
        Agent agent = host.start();
        host.runUntil(agent, "rebooting");
        log.esp(host.espFiles());
        int before = host.rebootRequests;
        while (host.rebootRequests == before) {
            host.now = host.now.plus(agent.step()).plusMillis(1);
        }
        return log.ops();
    }

    /** What was in each sector before the first write to it. */
    private static Map<Long, byte[]> beginnings(List<Op> ops) {
        var sectors = new HashMap<Long, byte[]>();
        for (Op op : ops) {
            if (op instanceof Op.Write write) {
                for (int sector = 0; sector < TornDisk.count(write); sector++) {
                    sectors.putIfAbsent(
                            TornDisk.number(write, sector),
                            TornDisk.sectorOf(write.before(), sector));
                }
            }
        }
        return sectors;
    }

    private void cutDuring(
            Op.Write write, TornDisk durable, List<Op.Write> unflushed, Map<String, String> esp)
            throws IOException {
        for (TornDisk disk : withAndWithout(durable, unflushed)) {
            for (int sectors = 0; sectors <= TornDisk.count(write); sectors++) {
                TornDisk cut = disk.copy();
                cut.apply(write, sectors);
                boot(cut, esp, "after %d sectors at %d".formatted(sectors, write.offset()));
                if (sectors < TornDisk.count(write)) {
                    cut.tear(write, sectors);
                    boot(cut, esp, "in sector %d at %d".formatted(sectors, write.offset()));
                }
            }
        }
    }

    private void cutWhileRenaming(
            TornDisk durable,
            List<Op.Write> unflushed,
            Map<String, String> before,
            Map<String, String> after)
            throws IOException {
        var begun = new TreeMap<>(before);
        after.keySet().forEach(name -> begun.putIfAbsent(name, ""));
        var both = new TreeMap<>(before);
        both.putAll(after);
        for (TornDisk disk : withAndWithout(durable, unflushed)) {
            for (Map<String, String> esp : List.of(before, begun, both, after)) {
                boot(disk, esp, "with the entries " + esp.keySet());
            }
        }
    }

    private static List<TornDisk> withAndWithout(TornDisk durable, List<Op.Write> unflushed) {
        if (unflushed.isEmpty()) {
            return List.of(durable);
        }
        TornDisk with = durable.copy();
        unflushed.forEach(write -> with.apply(write, TornDisk.count(write)));
        return List.of(durable, with);
    }

    /** As systemd-boot, the kernel and our initrd do it: tries run out until something comes up. */
    private void boot(TornDisk disk, Map<String, String> esp, String where) throws IOException {
        for (BootEntryName entry : inOrder(esp)) {
            try {
                if (Initrd.slotOf(disk, entry, esp.getOrDefault(entry.fileName(), ""))
                        .isPresent()) {
                    boots.merge(entry.version().text(), 1, Integer::sum);
                    return;
                }
            } catch (IOException e) {
                bricks.add("power cut " + where + ": " + e.getMessage());
                return;
            }
        }
        bricks.add("power cut " + where + ": nothing boots of " + esp.keySet());
    }

    private static List<BootEntryName> inOrder(Map<String, String> esp) {
        return esp.keySet().stream()
                .map(BootEntryName::parse)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
    }
}
