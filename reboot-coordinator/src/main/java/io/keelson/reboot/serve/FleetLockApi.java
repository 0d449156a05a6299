package io.keelson.reboot.serve;

import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReportAnswer;
import io.keelson.reboot.serve.RequestBody.Malformed;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * FleetLock version 1, as Zincati speaks it. Only 200 is a success: a client takes any 2xx for one,
 * so nothing else of these is ever sent. Contention is 423, never an error of the server's.
 *
 * <p>Beyond the protocol a client may tell its boot id and version in {@code client_params.boot_id}
 * and {@code .version}; it then has to commit before it reboots.
 *
 * @see <a href="https://coreos.github.io/zincati/development/fleetlock/protocol/">FleetLock
 *     protocol</a>
 */
final class FleetLockApi {
    /** Zincati gives up after 30 minutes. */
    static final Duration WAIT_MAX = Duration.ofMinutes(25);

    private static final Pattern GROUP = Pattern.compile("[a-zA-Z0-9.-]+");

    private final Groups groups;
    private final Access access;
    private final TurnReplies replies;

    FleetLockApi(Groups groups, Access access) {
        this.groups = groups;
        this.access = access;
        this.replies = new TurnReplies(groups::now);
    }

    /** Who asks, and in which group. */
    private record Client(GroupService group, NodeIdentity node) {}

    HttpReply preReboot(HttpCall call) throws InterruptedException, Malformed {
        return switch (client(call)) {
            case Checked.No(var reply) -> reply;
            case Checked.Yes(var client) -> {
                LockAnswer answer = client.group().request(client.node(), waiting(call));
                yield preReboot(client, answer);
            }
        };
    }

    private HttpReply preReboot(Client client, LockAnswer answer) {
        return switch (answer) {
            case LockAnswer.Granted(long fence) ->
                    HttpReply.ok(json -> {
                        json.writeStartObject();
                        json.writeStringProperty("id", client.node().id());
                        json.writeStringProperty("group", client.group().desk().group());
                        json.writeNumberProperty("fence", fence);
                        json.writeEndObject();
                    });
            case LockAnswer.Queued queued ->
                    HttpReply.error(
                                    423,
                                    queued.kind(),
                                    "place " + queued.position() + " in line: " + queued.reason())
                            .retryAfter(replies.untilRetry(queued.retryAt()));
            case LockAnswer.Refused(var kind, var reason) -> Refusals.reply(kind, reason);
            case LockAnswer.Unavailable(var reason) ->
                    Refusals.reply(RefusalKind.STORE_UNAVAILABLE, reason);
        };
    }

    HttpReply steadyState(HttpCall call) throws Malformed {
        return switch (client(call)) {
            case Checked.No(var reply) -> reply;
            case Checked.Yes(var client) ->
                    steadyState(client.group().nodes().report(client.node(), true));
        };
    }

    private static HttpReply steadyState(ReportAnswer answer) {
        return switch (answer) {
            case ReportAnswer.Released(var _) -> HttpReply.ok(FleetLockApi::empty);
            case ReportAnswer.NotHolder() -> HttpReply.ok(FleetLockApi::empty);
            case ReportAnswer.Pending(var reason) ->
                    Refusals.reply(RefusalKind.HEALTH_GATE_PENDING, reason);
            case ReportAnswer.Failed(var reason, var keepsSlot, var _) ->
                    keepsSlot
                            ? Refusals.reply(RefusalKind.HEALTH_GATE_PENDING, reason)
                            : HttpReply.ok(FleetLockApi::empty);
            case ReportAnswer.Refused(var kind, var reason) -> Refusals.reply(kind, reason);
            case ReportAnswer.Unavailable(var reason) ->
                    Refusals.reply(RefusalKind.STORE_UNAVAILABLE, reason);
        };
    }

    private static void empty(tools.jackson.core.JsonGenerator json) {
        json.writeStartObject();
        json.writeEndObject();
    }

    private sealed interface Checked {
        record Yes(Client client) implements Checked {}

        record No(HttpReply reply) implements Checked {}
    }

    private Checked client(HttpCall call) throws Malformed {
        if (!call.headers().getOrDefault("fleet-lock-protocol", "").equals("true")) {
            throw new Malformed("the header 'fleet-lock-protocol: true' is missing");
        }
        RequestBody body = RequestBody.parse(call.body());
        String group = body.requiredText("client_params.group");
        String id = body.requiredText("client_params.id");
        if (!GROUP.matcher(group).matches()) {
            return no(
                    RefusalKind.UNKNOWN_GROUP,
                    "a group is named by A-Z a-z 0-9 . - but not by '"
                            + Refusals.shortened(group)
                            + "'");
        }
        NodeIdentity node;
        try {
            node =
                    new NodeIdentity(
                            id,
                            body.text("client_params.boot_id").orElse(NodeIdentity.UNKNOWN_BOOT),
                            body.text("client_params.version").orElse(""));
        } catch (IllegalArgumentException e) {
            return no(RefusalKind.INVALID_CLIENT_IDENTITY, String.valueOf(e.getMessage()));
        }
        Optional<GroupService> service = groups.find(group);
        if (service.isEmpty()) {
            return no(RefusalKind.UNKNOWN_GROUP, groups.unknown(group));
        }
        if (!access.mayLock(call.caller(), id)) {
            return no(
                    RefusalKind.INVALID_CLIENT_IDENTITY,
                    "neither a certificate nor a token of the caller proves that it is " + id);
        }
        return new Checked.Yes(new Client(service.get(), node));
    }

    private static Checked no(RefusalKind kind, String reason) {
        return new Checked.No(Refusals.reply(kind, reason));
    }

    /** How long a caller wants to wait on its connection for its turn. */
    static Duration waiting(HttpCall call) throws Malformed {
        String wait = call.query().get("wait");
        if (wait == null) {
            return WAIT_MAX;
        }
        if (!wait.matches("\\d{1,6}")) {
            throw new Malformed("'wait' must be whole seconds");
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(wait));
        return asked.compareTo(WAIT_MAX) < 0 ? asked : WAIT_MAX;
    }
}
