package io.keelson.qemu.demo;

import io.keelson.channels.ReleaseManifest;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.host.Command;
import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.LabSettings;
import io.keelson.qemu.timeline.Timeline;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Has public tools look at what our own code wrote and says about itself. */
final class OutsideChecks {
    private static final Duration TOOL_DEADLINE = Duration.ofMinutes(5);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SECTOR_BYTES = 512;

    private final LabSettings settings;
    private final Timeline timeline;
    private final Path directory;

    OutsideChecks(LabSettings settings, Timeline timeline) throws IOException {
        this.settings = settings;
        this.timeline = timeline;
        this.directory = settings.run().resolve("outside");
        Files.createDirectories(directory);
    }

    /** Checks a raw copy of the host's disk on which a release runs. */
    void disk(int point, Path disk, ReleaseManifest release)
            throws IOException, InterruptedException {
        String version = release.version().text();
        String problems = tool("sgdisk", "--verify", disk.toString());
        if (!problems.contains("No problems found")) {
            throw new IOException("sgdisk finds fault with the host's disk: " + problems.strip());
        }
        timeline.fact(point, "sgdisk --verify on the host's disk", "No problems found");
        GptTable table = read(disk);
        GptPartition usr = partition(table, release.rootHash().usrUuid().toString());
        GptPartition tree = partition(table, release.rootHash().verityUuid().toString());
        String info = tool("sgdisk", "--info=" + usr.number(), disk.toString());
        timeline.fact(
                point,
                "sgdisk: slot of " + version,
                "partition %d, unique GUID %s".formatted(usr.number(), uniqueGuid(info, usr)));
        Path usrFile = extract(disk, usr, release.usr().sizeBytes(), "usr.erofs");
        Path treeFile =
                extract(
                        disk,
                        tree,
                        (tree.lastLba() - tree.firstLba() + 1) * SECTOR_BYTES,
                        "usr.verity");
        tool(
                "veritysetup",
                "verify",
                usrFile.toString(),
                treeFile.toString(),
                release.rootHash().hex());
        timeline.fact(
                point, "veritysetup verify of that slot", "root hash " + release.rootHash().hex());
        tool("fsck.erofs", usrFile.toString());
        timeline.fact(point, "fsck.erofs of that slot", "clean");
        esp(point, disk, table, version);
        Files.delete(usrFile);
        Files.delete(treeFile);
    }

    /** What the lock was at revisions noted while it happened, told by etcd's own client. */
    void lockHistory(int point, URI etcd, Map<String, Long> revisions)
            throws IOException, InterruptedException {
        String document = "/keelson/reboot/" + ControlPlane.GROUP;
        String queue = "/keelson/reboot-queue/" + ControlPlane.GROUP + "/";
        for (var moment : revisions.entrySet()) {
            String rev = "--rev=" + moment.getValue();
            String lock = etcdctl(etcd, "get", document, rev, "--print-value-only");
            String waiting = etcdctl(etcd, "get", "--prefix", "--keys-only", queue, rev);
            timeline.fact(
                    point,
                    "etcdctl get --rev=%d (%s)".formatted(moment.getValue(), moment.getKey()),
                    lockAtAGlance(lock, waiting.replace(queue, "").strip()));
        }
    }

    private static String etcdctl(URI etcd, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add("etcdctl");
        command.add("--endpoints=" + etcd.getHost() + ":" + etcd.getPort());
        command.addAll(List.of(arguments));
        return Command.run(command, TOOL_DEADLINE, Map.of("ETCDCTL_API", "3"))
                .orThrow("asking etcd for the lock's history")
                .stdout();
    }

    private static String lockAtAGlance(String document, String waiting) throws IOException {
        try {
            JsonNode lock = JSON.readTree(document);
            return "holder %s, waiting %s, failures %d of %d"
                    .formatted(
                            ids(lock.path("holders")),
                            waiting.isEmpty() ? "nobody" : waiting.replaceAll("\\s+", ", "),
                            lock.path("failures").path("used").asInt(-1),
                            lock.path("policy").path("failures").asInt(-1));
        } catch (JacksonException e) {
            throw new IOException(
                    "etcd's document of the lock is not JSON: " + document.strip(), e);
        }
    }

    private static String ids(JsonNode nodes) {
        String text =
                nodes.valueStream()
                        .map(node -> node.path("id").asString("?"))
                        .collect(Collectors.joining(", "));
        return text.isEmpty() ? "nobody" : text;
    }

    private void esp(int point, Path disk, GptTable table, String version)
            throws IOException, InterruptedException {
        GptPartition esp =
                table.partition(1).orElseThrow(() -> new IOException("there is no ESP on " + disk));
        String at = disk + "@@" + esp.firstLba() * SECTOR_BYTES;
        Path uki = directory.resolve("uki.efi");
        tool(
                "mcopy",
                "-o",
                "-n",
                "-i",
                at,
                "::/EFI/Linux/keelson_" + version + ".efi",
                uki.toString());
        tool("sbverify", "--cert", settings.keys().resolve("db.crt").toString(), uki.toString());
        timeline.fact(
                point,
                "sbverify of keelson_" + version + ".efi on the ESP",
                "Signature verification OK");
        Path espFile =
                extract(disk, esp, (esp.lastLba() - esp.firstLba() + 1) * SECTOR_BYTES, "esp.img");
        String report = fsckFat(espFile);
        timeline.fact(point, "fsck.fat of the ESP", report);
        Files.delete(espFile);
    }

    /** A mounted FAT is marked dirty, which is exit code 1 and no damage. */
    private static String fsckFat(Path esp) throws IOException, InterruptedException {
        Command.Result result =
                Command.run(List.of("fsck.fat", "-n", esp.toString()), TOOL_DEADLINE);
        String last = result.stdout().strip().lines().reduce((_, line) -> line).orElse("");
        boolean onlyDirty =
                result.exitCode() == 1
                        && result.stdout().toLowerCase(Locale.ROOT).contains("dirty bit is set");
        if (!result.ok() && !onlyDirty) {
            throw new IOException("fsck.fat finds fault with the ESP: " + result.stdout().strip());
        }
        return last.substring(last.lastIndexOf(": ") + 1).strip() + (onlyDirty ? " (in use)" : "");
    }

    private static GptTable read(Path disk) throws IOException {
        try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.READ)) {
            return GptTable.read(channel, SECTOR_BYTES);
        }
    }

    private static GptPartition partition(GptTable table, String id) throws IOException {
        return table.partitions().stream()
                .filter(partition -> partition.id().toString().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> new IOException("no partition of the host's disk has the id " + id));
    }

    private static String uniqueGuid(String info, GptPartition partition) throws IOException {
        String guid = partition.id().toString().toUpperCase(Locale.ROOT);
        if (!info.contains(guid)) {
            throw new IOException(
                    "sgdisk does not see "
                            + guid
                            + " on partition "
                            + partition.number()
                            + ": "
                            + info.strip());
        }
        return guid;
    }

    private Path extract(Path disk, GptPartition partition, long bytes, String name)
            throws IOException {
        Path file = directory.resolve(name);
        try (FileChannel in = FileChannel.open(disk, StandardOpenOption.READ);
                FileChannel out =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING)) {
            long start = partition.firstLba() * SECTOR_BYTES;
            for (long done = 0; done < bytes; ) {
                long moved = in.transferTo(start + done, bytes - done, out);
                if (moved <= 0) {
                    throw new IOException(disk + " ends inside partition " + partition.number());
                }
                done += moved;
            }
        }
        return file;
    }

    private static String tool(String... argv) throws IOException, InterruptedException {
        return Command.run(List.of(argv), TOOL_DEADLINE)
                .orThrow("the outside check " + argv[0])
                .stdout();
    }
}
