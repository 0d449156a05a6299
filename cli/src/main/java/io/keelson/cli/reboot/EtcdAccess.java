package io.keelson.cli.reboot;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.etcd.EtcdClient;
import io.keelson.reboot.Audience;
import io.keelson.reboot.DirectSurroundings;
import io.keelson.reboot.GroupAnswer;
import io.keelson.reboot.GroupDesk;
import io.keelson.reboot.Question;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.Timepiece;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.Slots;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.serve.GroupView;
import io.keelson.reboot.store.EtcdGroupStore;

import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Direct mode: this process decides, by the rules a coordinator has. */
final class EtcdAccess implements GroupAccess {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int AUDIT_ENTRIES = 20;

    private final GroupDesk desk;
    private final RebootLock lock;
    private final InstantSource clock;

    EtcdAccess(EtcdClient etcd, String group, InstantSource clock) {
        this.clock = clock;
        this.desk =
                new GroupDesk(
                        group,
                        new EtcdGroupStore(etcd, group),
                        new GroupDesk.Parts(
                                Timepiece.of(clock),
                                () -> UUID.randomUUID().toString(),
                                RandomGenerator.getDefault(),
                                new DirectSurroundings(etcd, System::nanoTime),
                                Audience.NOBODY));
        this.lock = new RebootLock(desk, Optional.of(OPERATOR));
    }

    <A> A decide(Question<A> question) {
        return desk.decide(question);
    }

    @Override
    public JsonNode status() throws IOException {
        return shown(known(lock.status()));
    }

    @Override
    public JsonNode halt(String reason) throws IOException {
        return shown(known(lock.halt(reason)));
    }

    @Override
    public JsonNode resume() throws IOException {
        return shown(known(lock.resume()));
    }

    @Override
    public JsonNode setSlots(Slots slots) throws IOException {
        return shown(known(lock.setSlots(slots)));
    }

    JsonNode setPolicy(GroupPolicy policy, String source) throws IOException {
        return shown(known(lock.setPolicy(policy, source)));
    }

    @Override
    public JsonNode release(String id) throws IOException {
        return switch (lock.forceRelease(id)) {
            case ReleaseAnswer.Released _ -> shown(known(lock.status()));
            case ReleaseAnswer.NotHolder() -> shown(known(lock.leave(id)));
            case ReleaseAnswer.NotRebooted(String boot) ->
                    throw new CommandFailure(
                            id + " still runs boot " + boot + " and keeps its slot");
            case ReleaseAnswer.Refused(_, String reason) ->
                    throw new CommandFailure("not released: " + reason);
            case ReleaseAnswer.Unavailable(String reason) -> throw unavailable(reason);
        };
    }

    @Override
    public long request(String id, Duration atMost) throws IOException {
        var node = new NodeIdentity(id, OPERATOR);
        Instant end = clock.instant().plus(atMost);
        while (true) {
            switch (lock.request(node)) {
                case LockAnswer.Granted(long fence) -> {
                    return fence;
                }
                case LockAnswer.Queued queued -> {
                    Duration left = Duration.between(clock.instant(), end);
                    if (!left.isPositive()) {
                        // Whoever is not served leaves: an abandoned head would block the group.
                        lock.leave(id);
                        throw new CommandFailure(
                                "%s was at position %d and has left the queue: %s; use --wait"
                                        .formatted(id, queued.position(), queued.reason()));
                    }
                    lock.awaitChange(queued.revision(), untilNextLook(queued, left));
                }
                case LockAnswer.Refused(_, String reason) ->
                        throw new CommandFailure("the group refuses " + id + ": " + reason);
                case LockAnswer.Unavailable(String reason) -> throw unavailable(reason);
            }
        }
    }

    /** A window opens without anybody writing anything. */
    private Duration untilNextLook(LockAnswer.Queued queued, Duration left) {
        return queued.retryAt()
                .map(at -> Duration.between(clock.instant(), at))
                .filter(wait -> wait.isPositive() && wait.compareTo(left) < 0)
                .orElse(left);
    }

    private JsonNode shown(RebootStatus status) throws CommandFailure {
        var text = new StringWriter();
        var store = desk.audit(AUDIT_ENTRIES);
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            GroupView.writeFields(json, status, store, clock.instant());
            json.writeEndObject();
        }
        return Json.parse(text.toString(), "the group's document");
    }

    private static RebootStatus known(GroupAnswer answer) throws CommandFailure {
        return switch (answer) {
            case GroupAnswer.Done(var status) -> status;
            case GroupAnswer.Refused(_, String reason) ->
                    throw new CommandFailure("refused: " + reason);
            case GroupAnswer.Unavailable(String reason) -> throw unavailable(reason);
        };
    }

    private static CommandFailure unavailable(String reason) {
        return new CommandFailure(
                "etcd did not answer ("
                        + reason
                        + "): check --etcd and that etcd runs, then ask again");
    }
}
