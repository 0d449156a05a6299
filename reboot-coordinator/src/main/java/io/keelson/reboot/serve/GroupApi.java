package io.keelson.reboot.serve;

import io.keelson.reboot.GroupAnswer;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.Slots;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.serve.RequestBody.Malformed;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Version 2: what FleetLock has no words for. */
final class GroupApi {
    private final Groups groups;
    private final Access access;
    private final TurnReplies replies;

    GroupApi(Groups groups, Access access) {
        this.groups = groups;
        this.access = access;
        this.replies = new TurnReplies(groups::now);
    }

    /** {@code GET /v2/groups}. */
    HttpReply list(HttpCall call) {
        if (!access.mayRead(call.caller())) {
            return forbidden("a caller that is not known may not read groups");
        }
        return HttpReply.ok(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("groups");
            groups.all().keySet().forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** {@code GET /v2/groups/{group}}. */
    HttpReply read(HttpCall call, String group) {
        if (!access.mayRead(call.caller())) {
            return forbidden("a caller that is not known may not read groups");
        }
        return groups.find(group)
                .map(service -> reply(service, service.nodes().status()))
                .orElseGet(() -> unknown(group));
    }

    /** {@code POST /v2/groups/{group}/{halt,resume,max,budget}}. */
    HttpReply steer(HttpCall call, String group, String command) throws Malformed {
        RequestBody body = RequestBody.parse(call.body());
        Function<RebootLock, GroupAnswer> order =
                switch (command) {
                    case "halt" -> {
                        String reason = body.text("reason").orElse("halted by an operator");
                        yield lock -> lock.halt(reason);
                    }
                    case "resume" -> RebootLock::resume;
                    case "max" -> {
                        Slots slots = slots(body);
                        yield lock -> lock.setSlots(slots);
                    }
                    default -> throw new Malformed("unknown command '" + command + "'");
                };
        Optional<String> actor = access.operator(call.caller(), body.text("actor"));
        if (actor.isEmpty()) {
            return forbidden("only an operator may do this: send an operator's token");
        }
        return groups.find(group)
                .map(service -> reply(service, order.apply(service.as(actor.get()))))
                .orElseGet(() -> unknown(group));
    }

    private static Slots slots(RequestBody body) throws Malformed {
        try {
            return Slots.parse(
                    body.number("max").isPresent()
                            ? Long.toString(body.requiredNumber("max"))
                            : body.requiredText("max"));
        } catch (IllegalArgumentException e) {
            throw new Malformed(String.valueOf(e.getMessage()));
        }
    }

    /** {@code POST /v2/groups/{group}/release/{id}}. */
    HttpReply release(HttpCall call, String group, String id) throws Malformed {
        RequestBody body = RequestBody.parse(call.body());
        Optional<String> actor = access.operator(call.caller(), body.text("actor"));
        if (actor.isEmpty()) {
            return forbidden("only an operator may release another node");
        }
        Optional<GroupService> service = groups.find(group);
        if (service.isEmpty()) {
            return unknown(group);
        }
        RebootLock lock = service.get().as(actor.get());
        return switch (lock.forceRelease(id)) {
            case ReleaseAnswer.NotHolder() -> reply(service.get(), lock.leave(id));
            case ReleaseAnswer.Released(var _) -> reply(service.get(), lock.status());
            case ReleaseAnswer.NotRebooted(var boot) ->
                    Refusals.reply(RefusalKind.FENCED, id + " still runs boot " + boot);
            case ReleaseAnswer.Refused(var kind, var reason) -> Refusals.reply(kind, reason);
            case ReleaseAnswer.Unavailable(var reason) ->
                    Refusals.reply(RefusalKind.STORE_UNAVAILABLE, reason);
        };
    }

    /**
     * {@code POST /v2/reboots/{group}/{id}/{step}}, the step being one of request, drain, commit,
     * rebooting, report, failed, abandon and leave.
     */
    HttpReply reboot(HttpCall call, String group, String id, String step)
            throws Malformed, InterruptedException {
        Optional<GroupService> service = groups.find(group);
        if (service.isEmpty()) {
            return unknown(group);
        }
        if (!access.maySpeakFor(call.caller(), id)) {
            return Refusals.reply(
                    RefusalKind.INVALID_CLIENT_IDENTITY,
                    "neither a certificate nor a token of the caller proves that it is "
                            + Refusals.shortened(id));
        }
        RequestBody body = RequestBody.parse(call.body());
        RebootLock lock = service.get().nodes();
        NodeIdentity node = node(id, body);
        return switch (step) {
            case "request" ->
                    replies.of(
                            node, group, service.get().request(node, FleetLockApi.waiting(call)));
            case "drain" ->
                    TurnReplies.of(
                            id,
                            lock.progress(node, body.requiredNumber("fence"), HolderState.DRAINING),
                            HolderState.DRAINING);
            case "rebooting" ->
                    TurnReplies.of(
                            id,
                            lock.progress(
                                    node, body.requiredNumber("fence"), HolderState.REBOOTING),
                            HolderState.REBOOTING);
            case "commit" ->
                    TurnReplies.of(
                            id,
                            lock.commit(node, body.requiredNumber("fence"), expected(body)),
                            HolderState.COMMITTED);
            case "report" -> TurnReplies.of(id, lock.report(node, body.requiredFlag("healthy")));
            case "failed" ->
                    TurnReplies.of(
                            id,
                            lock.release(node, new Outcome.Failed(body.requiredText("reason"))));
            case "abandon" -> {
                var outcome = new Outcome.Abandoned(body.text("reason").orElse("abandoned"));
                yield TurnReplies.of(id, lock.release(node, outcome));
            }
            case "leave" -> reply(service.get(), lock.leave(id));
            default -> throw new Malformed("unknown step '" + Refusals.shortened(step) + "'");
        };
    }

    private static NodeIdentity node(String id, RequestBody body) throws Malformed {
        try {
            return new NodeIdentity(
                    id, body.requiredText("bootId"), body.text("version").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new Malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Duration> expected(RequestBody body) throws Malformed {
        if (body.number("expectMs").isEmpty()) {
            return Optional.empty();
        }
        long millis = body.requiredNumber("expectMs");
        if (millis < 0 || millis > Duration.ofDays(7).toMillis()) {
            throw new Malformed("'expectMs' must be 0 to 7 days in milliseconds");
        }
        return Optional.of(Duration.ofMillis(millis));
    }

    private HttpReply reply(GroupService service, GroupAnswer answer) {
        return switch (answer) {
            case GroupAnswer.Done(RebootStatus status) ->
                    HttpReply.ok(json -> GroupView.write(json, service, status, groups));
            case GroupAnswer.Refused(var kind, var reason) -> Refusals.reply(kind, reason);
            case GroupAnswer.Unavailable(var reason) ->
                    Refusals.reply(RefusalKind.STORE_UNAVAILABLE, reason);
        };
    }

    private HttpReply unknown(String group) {
        return HttpReply.error(404, RefusalKind.UNKNOWN_GROUP, groups.unknown(group));
    }

    private static HttpReply forbidden(String reason) {
        return HttpReply.error(403, RefusalKind.INVALID_CLIENT_IDENTITY, reason);
    }
}
