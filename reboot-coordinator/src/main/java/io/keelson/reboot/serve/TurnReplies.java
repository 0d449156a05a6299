package io.keelson.reboot.serve;

import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.rules.ReportAnswer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What version 2 says to a node about its turn. Every success names the node it is for, so that a
 * client can tell it from the answer of something else that says 200 to anything.
 */
final class TurnReplies {
    private static final Duration RETRY = Duration.ofSeconds(30);

    private final InstantSource clock;

    TurnReplies(InstantSource clock) {
        this.clock = clock;
    }

    HttpReply of(NodeIdentity node, String group, LockAnswer answer) {
        return switch (answer) {
            case LockAnswer.Granted(long fence) ->
                    HttpReply.ok(json -> {
                        json.writeStartObject();
                        json.writeStringProperty("id", node.id());
                        json.writeStringProperty("group", group);
                        json.writeStringProperty("state", HolderState.GRANTED.wire());
                        json.writeNumberProperty("fence", fence);
                        json.writeEndObject();
                    });
            case LockAnswer.Queued queued -> queued(node, queued);
            case LockAnswer.Refused(var kind, var reason) -> Refusals.reply(kind, reason);
            case LockAnswer.Unavailable(var reason) ->
                    Refusals.reply(RefusalKind.STORE_UNAVAILABLE, reason);
        };
    }

    /** FleetLock's form with what its clients would not read. */
    private HttpReply queued(NodeIdentity node, LockAnswer.Queued queued) {
        return HttpReply.json(
                        423,
                        json -> {
                            json.writeStartObject();
                            json.writeStringProperty("kind", queued.kind().wire());
                            json.writeStringProperty("value", queued.reason());
                            json.writeStringProperty("id", node.id());
                            json.writeNumberProperty("position", queued.position());
                            queued.retryAt()
                                    .ifPresent(at ->
                                            json.writeStringProperty("retryAt", at.toString()));
                            json.writeEndObject();
                        })
                .retryAfter(untilRetry(queued.retryAt()));
    }

    /** At a window's next start, and else soon. */
    Duration untilRetry(Optional<Instant> retryAt) {
        return retryAt.map(at -> Duration.between(clock.instant(), at))
                .filter(wait -> wait.compareTo(RETRY) > 0)
                .orElse(RETRY);
    }

    static HttpReply of(String id, CommitAnswer answer, HolderState done) {
        return switch (answer) {
            case CommitAnswer.Committed() -> state(id, done.wire(), "");
            case CommitAnswer.Refused(var kind, var reason) -> Refusals.reply(kind, reason);
            case CommitAnswer.Unavailable(var reason) ->
                    Refusals.reply(RefusalKind.STORE_UNAVAILABLE, reason);
        };
    }

    static HttpReply of(String id, ReportAnswer answer) {
        return switch (answer) {
            case ReportAnswer.Released(var _) -> state(id, "released", "");
            case ReportAnswer.NotHolder() -> state(id, "not_holder", "");
            case ReportAnswer.Pending(var reason) -> state(id, "pending", reason);
            case ReportAnswer.Failed(var reason, var keepsSlot, var _) ->
                    state(id, keepsSlot ? "failed" : "failed_and_released", reason);
            case ReportAnswer.Refused(var kind, var reason) -> Refusals.reply(kind, reason);
            case ReportAnswer.Unavailable(var reason) ->
                    Refusals.reply(RefusalKind.STORE_UNAVAILABLE, reason);
        };
    }

    static HttpReply of(String id, ReleaseAnswer answer) {
        return switch (answer) {
            case ReleaseAnswer.Released(var _) -> state(id, "released", "");
            case ReleaseAnswer.NotHolder() -> state(id, "not_holder", "");
            case ReleaseAnswer.NotRebooted(var boot) -> state(id, "pending", "still runs " + boot);
            case ReleaseAnswer.Refused(var kind, var reason) -> Refusals.reply(kind, reason);
            case ReleaseAnswer.Unavailable(var reason) ->
                    Refusals.reply(RefusalKind.STORE_UNAVAILABLE, reason);
        };
    }

    private static HttpReply state(String id, String state, String reason) {
        return HttpReply.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("id", id);
            json.writeStringProperty("state", state);
            if (!reason.isEmpty()) {
                json.writeStringProperty("reason", reason);
            }
            json.writeEndObject();
        });
    }
}
