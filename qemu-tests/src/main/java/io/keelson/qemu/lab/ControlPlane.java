package io.keelson.qemu.lab;

import io.keelson.cli.api.ServerApi;
import io.keelson.cli.api.ServerRefusal;
import io.keelson.etcd.EtcdClient;
import io.keelson.qemu.machine.VirtualMachine;
import io.keelson.qemu.service.Belongings;
import io.keelson.qemu.service.Custody;
import io.keelson.qemu.service.EtcdServer;
import io.keelson.qemu.service.UpdateServer;
import io.keelson.reboot.GroupAnswer;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.ReleaseAnswer;

import okhttp3.OkHttpClient;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The update server, etcd and the reboot lock of the main job. */
public final class ControlPlane {
    public static final String CHANNEL = "demo";
    public static final String GROUP = "demo";

    /** The holder that makes the host wait. */
    public static final String OTHER_HOLDER = "other-host";

    private static final int POLL_SECONDS = 5;
    private static final Duration ETCD_TIMEOUT = Duration.ofSeconds(10);

    private final LabSettings settings;
    private final Belongings belongings;
    private final Custody custody;
    private final EtcdServer etcd;
    private final RebootLock lock;
    private UpdateServer server;
    private ServerApi api;

    private ControlPlane(
            LabSettings settings,
            Belongings belongings,
            Custody custody,
            EtcdServer etcd,
            UpdateServer server)
            throws IOException {
        this.settings = settings;
        this.belongings = belongings;
        this.custody = custody;
        this.etcd = etcd;
        this.server = server;
        this.api = new ServerApi(server.url());
        this.lock =
                new RebootLock(
                        new EtcdClient(List.of(etcd.endpoint()), new OkHttpClient(), ETCD_TIMEOUT),
                        GROUP,
                        settings.clock(),
                        () -> UUID.randomUUID().toString(),
                        RandomGenerator.getDefault());
    }

    /** Starts etcd and the update server on their ports of this machine's loopback. */
    public static ControlPlane start(Lab lab) throws IOException, InterruptedException {
        LabSettings settings = lab.settings();
        Belongings belongings = lab.belongings();
        Custody custody = lab.children();
        EtcdServer etcd =
                belongings.hold(EtcdServer.start(settings.run().resolve("etcd"), custody));
        UpdateServer server =
                belongings.hold(
                        UpdateServer.start(
                                settings.run().resolve("server"),
                                settings.port(),
                                List.of(ownKey(settings)),
                                custody));
        return new ControlPlane(settings, belongings, custody, etcd, server);
    }

    /** Stops the server and starts it again on its data, trusting a foreign key too. */
    public void becomeStolen() throws IOException, InterruptedException {
        int port = server.port();
        belongings.release(server);
        Path foreign = settings.foreignKeys().resolve("update.pub.pem");
        server =
                belongings.hold(
                        UpdateServer.start(
                                settings.run().resolve("server"),
                                port,
                                List.of(ownKey(settings), foreign),
                                custody));
        api = new ServerApi(server.url());
    }

    /** Uploads a built release. */
    public void publish(String version) throws IOException {
        Path directory = settings.release(version);
        api.putJson(directory.resolve("release.json"), "api", "releases", version, "manifest");
        api.putFile(
                directory.resolve("update.payload"),
                sent -> {},
                "api",
                "releases",
                version,
                "payload");
    }

    /** The server's refusal of a release; accepting it is a failure. */
    public ServerRefusal publishRefused(String version) throws IOException {
        try {
            publish(version);
        } catch (ServerRefusal refusal) {
            return refusal;
        }
        throw new IOException("the server accepted " + version + ", which a foreign key signed");
    }

    /** Offers a published release to the hosts of the channel. */
    public void promote(String version) throws IOException {
        JsonMapper mapper = JsonMapper.builder().build();
        api.put(
                mapper.createObjectNode()
                        .put("version", version)
                        .put("pollIntervalSeconds", POLL_SECONDS),
                "api",
                "channels",
                CHANNEL);
    }

    /**
     * What the server knows about the only host there is, or an empty object before it has called
     * in.
     */
    public JsonNode host() throws IOException {
        JsonNode hosts = api.get("api", "hosts");
        return hosts.isEmpty()
                ? hosts
                : api.get("api", "hosts", hosts.get(0).path("machineId").asString());
    }

    /** What the server knows about one of several hosts; empty before that one has called in. */
    public Optional<JsonNode> host(String machineId) throws IOException {
        for (JsonNode known : api.get("api", "hosts")) {
            if (known.path("machineId").asString().equals(machineId)) {
                return Optional.of(api.get("api", "hosts", machineId));
            }
        }
        return Optional.empty();
    }

    /** Whether that host has the reboot slot. */
    public boolean holdsSlot(String machineId) throws IOException {
        return lockStatus().document().holders().stream()
                .anyMatch(holder -> holder.id().equals(machineId));
    }

    /** Why the server answered the host's last check as it did. */
    public JsonNode why() throws IOException {
        return api.get("api", "hosts", host().path("machineId").asString(), "why");
    }

    /** Takes the only slot, as another host would. */
    public long takeSlot() throws IOException {
        return switch (lock.request(new NodeIdentity(OTHER_HOLDER, "demo"))) {
            case LockAnswer.Granted(long fence) -> fence;
            case LockAnswer other ->
                    throw new IOException("the free slot was not granted: " + other);
        };
    }

    /** Gives the slot back. */
    public void freeSlot() throws IOException {
        switch (lock.forceRelease(OTHER_HOLDER)) {
            case ReleaseAnswer.Released _ -> {}
            case ReleaseAnswer other ->
                    throw new IOException("the slot could not be released: " + other);
        }
    }

    /** The group as etcd has it. */
    public RebootStatus lockStatus() throws IOException {
        return switch (lock.status()) {
            case GroupAnswer.Done(var status) -> status;
            case GroupAnswer.Refused(_, String reason) ->
                    throw new IOException("the lock is refused: " + reason);
            case GroupAnswer.Unavailable(String reason) ->
                    throw new IOException("etcd does not answer: " + reason);
        };
    }

    /** The settings of the host: everything it needs to find its way here. */
    public String hostConfig() {
        return """
        SERVER=http://%1$s:%2$d/v1/update/
        GROUP=%3$s
        POLL_INTERVAL=%4$d
        REBOOT_STRATEGY=lock
        LOCK_ENDPOINTS=http://%1$s:%5$d
        LOCK_GROUP=%6$s
        MACHINE_ALIAS=demo-host
        """
                .formatted(
                        VirtualMachine.HOST_ADDRESS,
                        server.port(),
                        CHANNEL,
                        POLL_SECONDS,
                        etcd.port(),
                        GROUP);
    }

    public URI serverUrl() {
        return server.url();
    }

    public URI etcdUrl() {
        return etcd.endpoint();
    }

    private static Path ownKey(LabSettings settings) {
        return settings.keys().resolve("update.pub.pem");
    }
}
