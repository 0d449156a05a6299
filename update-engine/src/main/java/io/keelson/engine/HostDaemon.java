package io.keelson.engine;

import io.keelson.engine.agent.Agent;
import io.keelson.engine.agent.AgentParts;
import io.keelson.engine.config.UpdateConfig;
import io.keelson.engine.control.ControlServer;
import io.keelson.engine.departure.HostDeparture;
import io.keelson.engine.fetch.Patience;
import io.keelson.engine.lock.LockConnection;
import io.keelson.engine.server.HostIdentity;
import io.keelson.engine.server.OmahaServer;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.slot.DiskAccess;
import io.keelson.engine.slot.RunningDisk;
import io.keelson.engine.state.FileKind;
import io.keelson.engine.state.StateFile;
import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.host.Command;
import io.keelson.host.Notify;
import io.keelson.omaha.RequestApp;
import io.keelson.payload.apply.JournalFile;
import io.keelson.payload.manifest.Capability;
import io.keelson.reboot.rules.NodeIdentity;

import okhttp3.OkHttpClient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Composes keelsond from what the host is and what its settings say. */
final class HostDaemon {
    private static final String BOARD = "amd64-usr";

    private HostDaemon() {}

    /** Runs until the process ends; {@code READY=1} is sent once the socket answers. */
    static void run(HostFacts facts, Notify notify) throws IOException, InterruptedException {
        UpdateConfig config = UpdateConfig.load(facts.configFiles());
        Files.createDirectories(directory(facts.stateFile()));
        Files.createDirectories(directory(facts.socket()));
        Agent agent = Agent.start(parts(facts, config));
        try (ControlServer _ = ControlServer.start(facts.socket(), agent::handle)) {
            boolean _ = notify.send("READY=1");
            System.getLogger("io.keelson.keelsond")
                    .log(System.Logger.Level.INFO, summary(facts, config));
            agent.run();
        }
    }

    private static String summary(HostFacts facts, UpdateConfig config) throws IOException {
        return "started version=%s server=%s group=%s poll=%ds reboot=%s"
                .formatted(
                        facts.version(),
                        config.server().map(Object::toString).orElse("disabled"),
                        config.group(),
                        config.poll().interval().toSeconds(),
                        config.reboot().strategy().text());
    }

    private static AgentParts parts(HostFacts facts, UpdateConfig config) throws IOException {
        var http = new OkHttpClient();
        var machine = new HostMachine(facts.version(), facts.bootId(), facts.efivars());
        var files = new AgentParts.Files(new StateFile(facts.stateFile()), facts.verdictFiles());
        var identity =
                new HostIdentity(
                        facts.machineId(),
                        "{" + machine.bootId() + "}",
                        config.group(),
                        BOARD,
                        Agent.firstVersion(files, machine.version().text()),
                        abilities(facts));
        Optional<UpdateServer> server =
                config.server().map(address -> new OmahaServer(http, address, identity));
        return new AgentParts(
                config,
                machine,
                server,
                slots(
                        config,
                        facts,
                        http,
                        new NodeIdentity(
                                facts.machineId(), machine.bootId(), machine.version().text())),
                new HostDeparture(Command::run, facts.drainHooks(), InstantSource.system()),
                new AgentParts.Disks(
                        DiskAccess.ofHost(),
                        facts.disks(),
                        facts.trustedKeys(),
                        new JournalFile(facts.applyJournal())),
                files,
                chance());
    }

    /** What this host understands, and of what release; deltas start from exactly that. */
    private static RequestApp.Abilities abilities(HostFacts facts) {
        String rootHash = "";
        try {
            rootHash = RunningDisk.detect(facts.disks()).rootHash(DiskAccess.ofHost()).hex();
        } catch (IOException e) {
            // Full payloads need none, and the status says what is wrong with the disk.
            System.getLogger("io.keelson.keelsond")
                    .log(
                            System.Logger.Level.WARNING,
                            "the running release is unknown, so no deltas reason={0}",
                            e.getMessage());
        }
        Stream<String> operations = Capability.HOST.stream().map(Capability::text);
        Stream<String> files = Stream.of(FileKind.CHUNK_INDEX.text());
        return new RequestApp.Abilities(rootHash, Stream.concat(operations, files).toList());
    }

    private static AgentParts.Chance chance() {
        RandomGenerator random = RandomGenerator.getDefault();
        return new AgentParts.Chance(
                InstantSource.system(),
                random,
                new Patience(random, System::nanoTime, Thread::sleep));
    }

    private static Optional<RebootSlots> slots(
            UpdateConfig config, HostFacts facts, OkHttpClient http, NodeIdentity node)
            throws IOException {
        var reboot = config.reboot();
        return reboot.strategy().needsLock() && reboot.lock().isPresent()
                ? Optional.of(
                        new LockConnection(http, facts::configured)
                                .open(reboot.lock().get(), reboot.lockGroup(), node))
                : Optional.empty();
    }

    private static Path directory(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }
}
