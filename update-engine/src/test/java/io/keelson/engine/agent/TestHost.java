package io.keelson.engine.agent;

import io.keelson.disk.boot.BootEntryName;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.engine.config.UpdateConfig;
import io.keelson.engine.fetch.Patience;
import io.keelson.engine.health.Verdict;
import io.keelson.engine.health.VerdictFiles;
import io.keelson.engine.install.Disks;
import io.keelson.engine.install.Installer;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.slot.BootEntries;
import io.keelson.engine.slot.DiskAccess;
import io.keelson.engine.slot.DiskPaths;
import io.keelson.engine.slot.RunningDisk;
import io.keelson.engine.slot.SwitchStep;
import io.keelson.engine.state.json.StateFile;
import io.keelson.engine.surroundings.Machine;
import io.keelson.payload.apply.JournalFile;
import io.keelson.payload.manifest.Capability;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A machine in a directory: a disk file with a real partition table, an ESP, a fake sysfs, and a
 * firmware that boots as systemd-boot, the kernel and our initrd would.
 */
final class TestHost implements Machine, DiskAccess {
    static final UUID DISK_ID = UUID.fromString("11111111-2222-4333-8444-555555555555");
    private static final int BOOTS_MAX = 12;

    final int sectorSize;
    final Path root;
    final Path esp;
    final Power power = new Power();
    final FakeServer server = new FakeServer(power);
    final FakeSlots slots = new FakeSlots();
    final FakeDeparture departure = new FakeDeparture();
    final Random random;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    String strategy = "immediate";
    String settings = "";
    Set<Capability> able = Capability.HOST;
    long espBytes = 1L << 30;
    boolean isGateHealthy = true;
    boolean isGateCrashed;
    @Nullable DiskLog log;
    private Instant bootedAt = now;
    int boots;
    int rebootRequests;
    final List<String> formerGroups = new ArrayList<>();
    boolean hasLock = true;
    boolean isBlessingLost;
    boolean isBootIncomplete;
    Optional<String> rebootFailure = Optional.empty();
    final AtomicInteger rests = new AtomicInteger();
    private @Nullable ReleaseVersion running;
    private @Nullable VolatileDisk openDisk;

    TestHost(Path root, TestRelease installed, int seed) throws Exception {
        this(root, installed, seed, DiskLayout.SECTOR_BYTES);
    }

    TestHost(Path root, TestRelease installed, int seed, int sectorSize) throws Exception {
        this.sectorSize = sectorSize;
        this.root = root;
        this.random = new Random(seed);
        this.esp = root.resolve("efi");
        Files.createDirectories(linux());
        Files.createDirectories(root.resolve("dev"));
        Files.createDirectories(root.resolve("keys"));
        Files.createDirectories(root.resolve("state"));
        Files.writeString(root.resolve("keys/update.pem"), TestRelease.pem(TestRelease.OUR_KEY));
        install(installed);
        boot();
    }

    private void install(TestRelease release) throws Exception {
        Files.copy(
                release.uki(),
                linux().resolve(BootEntryName.of("keelson", release.version()).fileName()));
        try (var disk =
                FileChannel.open(
                        disk(),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            disk.write(ByteBuffer.allocate(1), DiskLayout.DISK_BYTES_MIN - 1);
            GptTable table =
                    DiskLayout.forImage(
                            DiskLayout.DISK_BYTES_MIN,
                            sectorSize,
                            release.version(),
                            release.rootHash(),
                            DISK_ID);
            table.write(disk);
            GptPartition usr = table.partition(Slot.A.usrNumber()).orElseThrow();
            disk.write(
                    ByteBuffer.wrap(Files.readAllBytes(release.usr())),
                    usr.offsetBytes(sectorSize));
            GptPartition verity = table.partition(Slot.A.verityNumber()).orElseThrow();
            release.tree().writeTo(disk, verity.offsetBytes(sectorSize));
        }
    }

    Path disk() {
        return root.resolve("dev/vda");
    }

    Path linux() {
        return esp.resolve("EFI/Linux");
    }

    /** Boots until something comes up; throws when nothing does. */
    ReleaseVersion boot() throws Exception {
        power.neverCut();
        bootedAt = now;
        for (int attempt = 0; attempt < BOOTS_MAX; attempt++) {
            boots++;
            BootEntryName entry = new BootEntries(this, esp).list().getFirst();
            entry = counted(entry);
            Optional<Slot> slot = slotOf(entry);
            if (slot.isPresent()) {
                running = entry.version();
                writeSysfs(slot.get());
                return entry.version();
            }
        }
        throw new AssertionError("the machine does not boot any more");
    }

    private void noteEsp() throws IOException {
        DiskLog recorder = log;
        if (recorder != null) {
            recorder.esp(espFiles());
        }
    }

    /** The boot entries by name. */
    Map<String, String> espFiles() throws IOException {
        var files = new TreeMap<String, String>();
        try (var entries = Files.newDirectoryStream(linux(), "*.efi")) {
            for (Path file : entries) {
                files.put(String.valueOf(file.getFileName()), Files.readString(file));
            }
        }
        return files;
    }

    /** What systemd-boot does to the name of an entry before it starts it. */
    private BootEntryName counted(BootEntryName entry) throws IOException {
        if (!entry.isOnTrial() || entry.isExhausted()) {
            return entry;
        }
        int left = entry.triesLeft().getAsInt() - 1;
        int done = entry.triesDone().orElse(0) + 1;
        var next =
                new BootEntryName(
                        entry.os(), entry.version(), OptionalInt.of(left), OptionalInt.of(done));
        Files.move(linux().resolve(entry.fileName()), linux().resolve(next.fileName()));
        return next;
    }

    /** The slot with the content and the tree that the entry's kernel asks for. */
    private Optional<Slot> slotOf(BootEntryName entry) throws Exception {
        String image = Files.readString(linux().resolve(entry.fileName()));
        try (var disk = FileChannel.open(disk(), StandardOpenOption.READ)) {
            return Initrd.slotOf(disk, sectorSize, entry, image);
        }
    }

    private void writeSysfs(Slot slot) throws IOException {
        Path sys = root.resolve("sys");
        Path disk = sys.resolve("devices/pci/vda");
        Files.createDirectories(disk.resolve("queue"));
        Files.writeString(disk.resolve("dev"), "259:0\n");
        Files.writeString(disk.resolve("queue/logical_block_size"), sectorSize + "\n");
        Path mapped = sys.resolve("devices/virtual/block/dm-0");
        Files.createDirectories(mapped.resolve("dm"));
        Path slaves = mapped.resolve("slaves");
        Files.createDirectories(slaves);
        try (var old = Files.newDirectoryStream(slaves)) {
            for (Path link : old) {
                Files.delete(link);
            }
        }
        for (int number : List.of(slot.usrNumber(), slot.verityNumber())) {
            Path partition = disk.resolve("vda" + number);
            Files.createDirectories(partition);
            Files.writeString(partition.resolve("partition"), number + "\n");
            GptPartition onDisk = table().partition(number).orElseThrow();
            Files.writeString(
                    partition.resolve("start"), onDisk.offsetBytes(sectorSize) / 512 + "\n");
            Files.writeString(partition.resolve("size"), onDisk.sizeBytes(sectorSize) / 512 + "\n");
            Files.createSymbolicLink(slaves.resolve("vda" + number), partition);
        }
        Path byNumber = sys.resolve("dev/block");
        Files.createDirectories(byNumber);
        if (!Files.exists(byNumber.resolve("254:0"))) {
            Files.createSymbolicLink(byNumber.resolve("254:0"), mapped);
        }
        Files.writeString(
                root.resolve("mountinfo"),
                """
                21 1 8:6 / / rw - ext4 /dev/vda6 rw
                22 21 254:0 / /usr ro - erofs /dev/mapper/usr ro
                """);
    }

    DiskPaths paths() {
        return new DiskPaths(
                root.resolve("sys"), root.resolve("mountinfo"), root.resolve("dev"), esp);
    }

    VerdictFiles verdicts() {
        return new VerdictFiles(root.resolve("state/health"));
    }

    @Override
    public void rest() {
        rests.incrementAndGet();
    }

    AgentParts parts() throws IOException {
        return parts(server);
    }

    AgentParts parts(UpdateServer updates) throws IOException {
        Path config =
                Files.writeString(
                        root.resolve("update.conf"),
                        "SERVER=http://127.0.0.1/\nREBOOT_STRATEGY=%s\nLOCK_ENDPOINTS=http://127.0.0.1/\n"
                                        .formatted(strategy)
                                + settings);
        UpdateConfig loaded = UpdateConfig.load(List.of(config));
        var disks =
                new Disks(
                        this,
                        paths(),
                        root.resolve("keys"),
                        new PowerJournal(journal(), power),
                        () -> able);
        var patience = new Patience(random, System::nanoTime, time -> now = now.plus(time));
        return new AgentParts(
                loaded,
                this,
                Optional.of(updates),
                strategy.startsWith("lock") ? Optional.of(slots) : Optional.empty(),
                group -> {
                    formerGroups.add(group);
                    return hasLock ? Optional.of(slots) : Optional.empty();
                },
                departure,
                new Installer(updates, patience, disks, loaded.tries()),
                disks,
                new AgentParts.Files(new StateFile(root.resolve("state/state.json")), verdicts()),
                new AgentParts.Chance(() -> now, random, patience));
    }

    JournalFile journal() {
        return new JournalFile(root.resolve("state/apply.journal"));
    }

    Agent start() throws IOException {
        return Agent.start(parts());
    }

    /** Steps, with time passing, until the state has this name. */
    void runUntil(Agent agent, String state) throws Exception {
        for (int i = 0; i < 200; i++) {
            if (agent.memory().state().text().equals(state)) {
                return;
            }
            now = now.plus(agent.step()).plusMillis(1);
        }
        throw new AssertionError(
                "never became " + state + ", is " + agent.memory().state() + " " + agent.memory());
    }

    /** Lets the agent do what it wants for a while. */
    void runFor(Agent agent, Duration time) throws Exception {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            now = now.plus(agent.step()).plusMillis(1);
        }
    }

    /** The health gate of this boot, and systemd-bless-boot after it. */
    void runGate() throws IOException {
        ReleaseVersion version = version();
        verdicts()
                .add(
                        new Verdict(
                                bootId(),
                                version.text(),
                                isGateHealthy,
                                List.of(
                                        new Verdict.Finding(
                                                "health.d/demo",
                                                isGateHealthy,
                                                isGateHealthy ? "" : "exit code 1")),
                                now));
        Optional<BootEntryName> entry = new BootEntries(this, esp).find(version);
        // Only a boot that was counted is blessed.
        if (isGateHealthy
                && !isBlessingLost
                && entry.filter(e -> e.triesDone().isPresent()).isPresent()) {
            Files.move(
                    linux().resolve(entry.get().fileName()),
                    linux().resolve(entry.get().withoutTries().fileName()));
        }
    }

    void losePower() throws IOException {
        power.neverCut();
        VolatileDisk disk = openDisk;
        if (disk != null) {
            try (var medium =
                    FileChannel.open(disk(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                disk.losePower(medium, random);
            }
        }
    }

    /** Somebody else writes where the update is being written. */
    void scribbleOverIdleSlot() throws IOException {
        scribble(RunningDisk.detect(paths()).slot().other());
    }

    /** The disk loses bits of what runs, unread so far. */
    void scribbleOverRunningSlot() throws IOException {
        scribble(RunningDisk.detect(paths()).slot());
    }

    private void scribble(Slot slot) throws IOException {
        GptPartition usr = table().partition(slot.usrNumber()).orElseThrow();
        try (var disk = FileChannel.open(disk(), StandardOpenOption.WRITE)) {
            disk.write(ByteBuffer.allocate(5000), usr.offsetBytes(sectorSize) + 4096);
        }
    }

    List<String> entryNames() throws IOException {
        return new BootEntries(this, esp).list().stream().map(BootEntryName::fileName).toList();
    }

    GptTable table() throws IOException {
        try (var disk = FileChannel.open(disk(), StandardOpenOption.READ)) {
            return GptTable.read(disk, sectorSize);
        }
    }

    @Override
    public ReleaseVersion version() {
        return Objects.requireNonNull(running);
    }

    @Override
    public String bootId() {
        return "00000000-0000-4000-8000-%012d".formatted(boots);
    }

    @Override
    public boolean isBootComplete() {
        return isGateHealthy && !isBootIncomplete;
    }

    @Override
    public boolean isGateFailed() {
        return isGateCrashed;
    }

    @Override
    public Duration uptime() {
        return Duration.between(bootedAt, now);
    }

    @Override
    public boolean isSecureBoot() {
        return true;
    }

    @Override
    public Optional<String> reboot() {
        power.change("asking for the reboot");
        rebootRequests += rebootFailure.isPresent() ? 0 : 1;
        return rebootFailure;
    }

    @Override
    public Disk open(Path device) throws IOException {
        var disk =
                new VolatileDisk(
                        FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE),
                        power,
                        log);
        openDisk = disk;
        return new Disk(disk, Files.size(device));
    }

    @Override
    public Disk openForRead(Path device) throws IOException {
        return new Disk(FileChannel.open(device, StandardOpenOption.READ), Files.size(device));
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        long used = 0;
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                used += Files.size(file);
            }
        }
        return espBytes - used;
    }

    @Override
    public void syncFileSystem(Path directory) throws IOException {
        power.diskChange("flushing the ESP");
        noteEsp();
    }

    @Override
    public void before(SwitchStep step) throws IOException {
        power.diskChange("before " + step);
        noteEsp();
    }
}
