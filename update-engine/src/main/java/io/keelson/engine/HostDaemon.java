package io.keelson.engine;

import io.keelson.disk.boot.Architecture;
import io.keelson.engine.agent.Agent;
import io.keelson.engine.agent.AgentParts;
import io.keelson.engine.config.AnnouncedKeys;
import io.keelson.engine.config.LiveSettings;
import io.keelson.engine.config.LockSettings;
import io.keelson.engine.config.UpdateConfig;
import io.keelson.engine.control.ControlServer;
import io.keelson.engine.dbus.UpdateService;
import io.keelson.engine.departure.HostDeparture;
import io.keelson.engine.fetch.Patience;
import io.keelson.engine.install.Disks;
import io.keelson.engine.install.OfferInstaller;
import io.keelson.engine.journal.JournalHandler;
import io.keelson.engine.lock.LockConnection;
import io.keelson.engine.server.HostIdentity;
import io.keelson.engine.server.OmahaServer;
import io.keelson.engine.server.ServerConnection;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.slot.DiskAccess;
import io.keelson.engine.slot.RunningDisk;
import io.keelson.engine.state.FileKind;
import io.keelson.engine.state.json.StateFile;
import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.engine.worker.WorkerInstaller;
import io.keelson.engine.worker.WorkerJob;
import io.keelson.host.Command;
import io.keelson.host.JournalSocket;
import io.keelson.host.Notify;
import io.keelson.omaha.RequestApp;
import io.keelson.payload.apply.JournalFile;
import io.keelson.payload.downgrade.DowngradeStatement;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.repack.Repack;
import io.keelson.reboot.rules.NodeIdentity;

import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Composes keelsond from what the host is and what its settings say. */
final class HostDaemon {
    private static final Duration SETTINGS_PERIOD = Duration.ofSeconds(10);

    private HostDaemon() {}

    /** Runs until the process ends; {@code READY=1} is sent once the socket answers. */
    static void run(HostFacts facts, Notify notify) throws IOException, InterruptedException {
        run(facts, notify, SETTINGS_PERIOD);
    }

    /**
     * As {@link #run(HostFacts, Notify)}.
     *
     * @param period how often the settings' files are looked at
     */
    static void run(HostFacts facts, Notify notify, Duration period)
            throws IOException, InterruptedException {
        Files.createDirectories(directory(facts.stateFile()));
        Files.createDirectories(directory(facts.socket()));
        LiveSettings settings =
                LiveSettings.load(facts.configFiles(), announced(facts), facts::configured);
        LiveAgent agent = LiveAgent.start(settings, config -> parts(facts, config));
        if (facts.journal().isPresent()) {
            toJournal(facts.journal().get(), facts.version().text(), agent);
        }
        try (ControlServer _ = ControlServer.start(facts.socket(), agent::handle);
                UpdateService _ =
                        UpdateService.start(facts.systemBus(), agent::handle, agent::memory)) {
            boolean _ = notify.send("READY=1");
            System.getLogger("io.keelson.keelsond")
                    .log(
                            System.Logger.Level.INFO,
                            "started version=%s %s"
                                    .formatted(facts.version(), summary(settings.current())));
            agent.run(period);
        }
    }

    /** From here on, entries have fields; those from before were lines on stderr. */
    private static void toJournal(JournalSocket journal, String version, LiveAgent agent) {
        var root = Logger.getLogger("");
        for (Handler before : root.getHandlers()) {
            root.removeHandler(before);
            root.addHandler(
                    new JournalHandler(
                            journal,
                            () ->
                                    Map.of(
                                            "KEELSON_STATE", agent.memory().state().text(),
                                            "KEELSON_RUNNING", version,
                                            "KEELSON_VERSION", version),
                            before));
        }
    }

    /** A full disk is no reason not to start: it may be what the settings are needed for. */
    private static AnnouncedKeys announced(HostFacts facts) throws IOException {
        AnnouncedKeys known = AnnouncedKeys.read(facts.announcedKeys());
        try {
            return known.announcing(
                    facts.announcedKeys(), facts.version().text(), UpdateConfig.keys());
        } catch (IOException e) {
            System.getLogger("io.keelson.keelsond")
                    .log(
                            System.Logger.Level.WARNING,
                            "the known settings were not written reason={0}",
                            e.getMessage());
            return known;
        }
    }

    static String summary(UpdateConfig config) {
        return "server=%s group=%s poll=%ds reboot=%s"
                .formatted(
                        config.server().map(Object::toString).orElse("disabled"),
                        config.group(),
                        config.poll().interval().toSeconds(),
                        config.reboot().strategy().text());
    }

    private static AgentParts parts(HostFacts facts, UpdateConfig config) throws IOException {
        var http = new OkHttpClient();
        var machine =
                new HostMachine(facts.version(), facts.bootId(), facts.efivars(), Command::run);
        var files = new AgentParts.Files(new StateFile(facts.stateFile()), facts.verdictFiles());
        var identity =
                new HostIdentity(
                        facts.machineId(),
                        "{" + machine.bootId() + "}",
                        config.group(),
                        Architecture.ofJava(System.getProperty("os.arch")),
                        Agent.firstVersion(files, machine.version().text()),
                        abilities(facts),
                        names(facts, config));
        RebootSlots.Groups groups = groups(config, facts);
        return new AgentParts(
                config,
                machine,
                server(facts, config, http, identity),
                slots(config, groups),
                groups,
                new HostDeparture(Command::run, facts.drainHooks(), InstantSource.system()),
                installer(facts, config),
                disks(facts),
                files,
                chance());
    }

    static Disks disks(HostFacts facts) {
        return new Disks(
                DiskAccess.ofHost(),
                facts.disks(),
                facts.trustedKeys(),
                new JournalFile(facts.applyJournal()),
                () -> able(facts));
    }

    /** Not in this process: what an installation needs for minutes would be kept for weeks. */
    private static OfferInstaller installer(HostFacts facts, UpdateConfig config) {
        if (config.server().isEmpty()) {
            return (_, _, _) -> {
                throw new IllegalStateException("an installation without a server");
            };
        }
        return new WorkerInstaller(
                List.of(facts.launcher().toString(), ApplyWorker.COMMAND),
                new WorkerJob.Settings(config.server().get(), config.connection(), config.tries()));
    }

    private static Optional<UpdateServer> server(
            HostFacts facts, UpdateConfig config, OkHttpClient http, HostIdentity identity)
            throws IOException {
        if (config.server().isEmpty()) {
            return Optional.empty();
        }
        URI address = config.server().get();
        OkHttpClient client =
                ServerConnection.of(http, address, config.connection(), facts.systemAuthorities());
        return Optional.of(new OmahaServer(client, address, identity));
    }

    private static HostIdentity.Names names(HostFacts facts, UpdateConfig config)
            throws IOException {
        HostFacts.Oem oem = facts.oem();
        // The image's own settings come first, and alone name the server of the image.
        UpdateConfig image = UpdateConfig.load(facts.configFiles().subList(0, 1));
        return new HostIdentity.Names(
                config.connection().appId(),
                oem.id(),
                new RequestApp.Labels(config.machineAlias(), oem.version()),
                config.server().equals(image.server()));
    }

    /** What this host understands, and of what release; deltas start from exactly that. */
    private static Supplier<RequestApp.Abilities> abilities(HostFacts facts) {
        String rootHash = rootHash(facts);
        return () -> {
            Stream<String> operations = able(facts).stream().map(Capability::text);
            Stream<String> files =
                    Stream.of(FileKind.CHUNK_INDEX.text(), DowngradeStatement.ABILITY);
            return new RequestApp.Abilities(rootHash, Stream.concat(operations, files).toList());
        };
    }

    private static String rootHash(HostFacts facts) {
        try {
            return RunningDisk.detect(facts.disks()).rootHash(DiskAccess.ofHost()).hex();
        } catch (IOException e) {
            // Full payloads need none, and the status says what is wrong with the disk.
            System.getLogger("io.keelson.keelsond")
                    .log(
                            System.Logger.Level.WARNING,
                            "the running release is unknown, so no deltas reason={0}",
                            e.getMessage());
            return "";
        }
    }

    /** Looking inside a kernel takes more memory than every host has. */
    private static Set<Capability> able(HostFacts facts) {
        return Repack.isPossible(facts.memory()) ? Capability.HOST_AT_MOST : Capability.HOST;
    }

    static AgentParts.Chance chance() {
        RandomGenerator random = RandomGenerator.getDefault();
        return new AgentParts.Chance(
                InstantSource.system(),
                random,
                new Patience(random, System::nanoTime, Thread::sleep));
    }

    private static Optional<RebootSlots> slots(UpdateConfig config, RebootSlots.Groups groups)
            throws IOException {
        var reboot = config.reboot();
        return reboot.strategy().needsLock() ? groups.of(reboot.lockGroup()) : Optional.empty();
    }

    private static RebootSlots.Groups groups(UpdateConfig config, HostFacts facts)
            throws IOException {
        var node = new NodeIdentity(facts.machineId(), facts.bootId(), facts.version().text());
        return group -> {
            Optional<LockSettings> lock = config.reboot().lock();
            return lock.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new LockConnection(client(lock.get()), facts::configured)
                                    .open(lock.get(), group, node));
        };
    }

    /** The system's authorities are a megabyte of memory, for those who need them. */
    private static OkHttpClient client(LockSettings lock) {
        boolean isTls = lock.addressed().stream().anyMatch(a -> "https".equals(a.getScheme()));
        return isTls
                ? new OkHttpClient()
                : new OkHttpClient.Builder()
                        .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                        .build();
    }

    private static Path directory(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }
}
