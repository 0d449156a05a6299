package io.keelson.reboot.client;

import io.keelson.reboot.client.Reply.Answered;
import io.keelson.reboot.client.Reply.Fields;
import io.keelson.reboot.client.Reply.Lost;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.Names;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.rules.ReportAnswer;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A group's lock as coordinators serve it (version 2 of their interface). Calls block, may come
 * from any thread, and may be repeated. Only an answer that says in so many words what was done for
 * this node counts as done: a page that some proxy answers with 200 grants nothing.
 */
public final class RemoteLock {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int OK = 200;

    private final Coordinators coordinators;
    private final String group;

    public RemoteLock(Coordinators coordinators, String group) {
        this.coordinators = coordinators;
        this.group = Names.required("group", group);
    }

    /**
     * Asks for a slot; joins the line when there is none.
     *
     * @param wait for the turn, on an open connection; zero to learn at once how things stand
     */
    public LockAnswer request(NodeIdentity node, Duration wait) {
        byte[] body = body(node, json -> json.writeStringProperty("version", node.version()));
        Reply reply = coordinators.ask(path(node, "request"), body, wait);
        var form = new Form<>(LockAnswer.Refused::new, LockAnswer.Unavailable::new);
        return switch (reply) {
            case Answered answered when answered.status() == OK -> granted(node, answered);
            case Answered(var from, var _, var fields) when fields.number("position").isPresent() ->
                    isFor(node, fields)
                            ? queued(fields)
                            : new LockAnswer.Unavailable(strange(from, node, fields));
            case Answered answered -> refused(answered, form);
            case Lost(var reason) -> new LockAnswer.Unavailable(reason);
        };
    }

    private LockAnswer granted(NodeIdentity node, Answered answered) {
        Fields fields = answered.fields();
        long fence = fields.number("fence").orElse(0);
        boolean isGrant =
                isFor(node, fields)
                        && fields.text("group").equals(group)
                        && fields.text("state").equals(HolderState.GRANTED.wire())
                        && fence > 0;
        return isGrant
                ? new LockAnswer.Granted(fence)
                : new LockAnswer.Unavailable(strange(answered.from(), node, fields));
    }

    private static LockAnswer queued(Fields fields) {
        return new LockAnswer.Queued(
                Math.clamp(fields.number("position").orElse(1), 1, Integer.MAX_VALUE),
                kind(fields).orElse(RefusalKind.FAILED_LOCK_SEMAPHORE_FULL),
                Names.oneLine(fields.text("value")),
                instant(fields.text("retryAt")),
                0);
    }

    /** Tells how far the node is: draining, or rebooting. */
    public CommitAnswer progress(NodeIdentity node, long fence, HolderState next) {
        String step = next == HolderState.DRAINING ? "drain" : next.wire();
        return moved(node, fence, step, next);
    }

    /** Call just before the reboot; anything but Committed means: do not reboot. */
    public CommitAnswer commit(NodeIdentity node, long fence) {
        return moved(node, fence, "commit", HolderState.COMMITTED);
    }

    private CommitAnswer moved(NodeIdentity node, long fence, String step, HolderState next) {
        byte[] body = body(node, json -> json.writeNumberProperty("fence", fence));
        var form = new Form<>(CommitAnswer.Refused::new, CommitAnswer.Unavailable::new);
        return ask(
                node,
                step,
                body,
                form,
                state ->
                        state.equals(next.wire())
                                ? Optional.of(new CommitAnswer.Committed())
                                : Optional.empty());
    }

    /** What a node says about itself after its boot; a healthy one that rebooted is released. */
    public ReportAnswer report(NodeIdentity node, boolean isHealthy) {
        byte[] body =
                body(
                        node,
                        json -> {
                            json.writeStringProperty("version", node.version());
                            json.writeBooleanProperty("healthy", isHealthy);
                        });
        var form = new Form<>(ReportAnswer.Refused::new, ReportAnswer.Unavailable::new);
        return ask(
                node,
                "report",
                body,
                form,
                state ->
                        Optional.ofNullable(
                                switch (state) {
                                    case "released" -> new ReportAnswer.Released(false);
                                    case "not_holder" -> new ReportAnswer.NotHolder();
                                    case "pending" ->
                                            new ReportAnswer.Pending("the slot is still held");
                                    case "failed" ->
                                            new ReportAnswer.Failed(
                                                    "no reboot happened", true, false);
                                    case "failed_and_released" ->
                                            new ReportAnswer.Failed(
                                                    "the release is the same", false, false);
                                    default -> null;
                                }));
    }

    /** Hands the slot back after a reboot that did not do what it was for. */
    public ReleaseAnswer failed(NodeIdentity node, String reason) {
        return handBack(node, "failed", reason);
    }

    /** Hands the slot back, or leaves the line, without a reboot. */
    public ReleaseAnswer abandon(NodeIdentity node, String reason) {
        return handBack(node, "abandon", reason);
    }

    private ReleaseAnswer handBack(NodeIdentity node, String step, String reason) {
        byte[] body = body(node, json -> json.writeStringProperty("reason", Names.oneLine(reason)));
        var form = new Form<>(ReleaseAnswer.Refused::new, ReleaseAnswer.Unavailable::new);
        return ask(
                node,
                step,
                body,
                form,
                state ->
                        Optional.ofNullable(
                                switch (state) {
                                    case "released" -> new ReleaseAnswer.Released(false);
                                    case "not_holder" -> new ReleaseAnswer.NotHolder();
                                    case "pending" -> new ReleaseAnswer.NotRebooted(node.bootId());
                                    default -> null;
                                }));
    }

    /** How an answer says what the coordinator did not decide. */
    private record Form<A>(
            BiFunction<RefusalKind, String, A> refused, Function<String, A> unavailable) {}

    private <A> A ask(
            NodeIdentity node,
            String step,
            byte[] body,
            Form<A> form,
            Function<String, Optional<A>> reader) {
        return switch (coordinators.ask(path(node, step), body, Duration.ZERO)) {
            case Answered answered when answered.status() == OK ->
                    Optional.of(answered.fields())
                            .filter(fields -> isFor(node, fields))
                            .flatMap(fields -> reader.apply(fields.text("state")))
                            .orElseGet(() ->
                                    form.unavailable()
                                            .apply(
                                                    strange(
                                                            answered.from(),
                                                            node,
                                                            answered.fields())));
            case Answered answered -> refused(answered, form);
            case Lost(var reason) -> form.unavailable().apply(reason);
        };
    }

    private static <A> A refused(Answered answered, Form<A> form) {
        Fields fields = answered.fields();
        Optional<RefusalKind> kind = kind(fields);
        String who = answered.from() + " answered HTTP " + answered.status();
        if (kind.isEmpty()) {
            return form.unavailable()
                    .apply(who + " and not as a coordinator does; check its address");
        }
        String reason = Names.oneLine(fields.text("value"));
        return kind.get() == RefusalKind.STORE_UNAVAILABLE
                ? form.unavailable().apply(who + ": " + reason)
                : form.refused().apply(kind.get(), reason);
    }

    private static boolean isFor(NodeIdentity node, Fields fields) {
        return fields.text("id").equals(node.id());
    }

    private static String strange(String from, NodeIdentity node, Fields fields) {
        String id = Names.oneLine(fields.text("id"));
        return id.isEmpty() || id.equals(node.id())
                ? from + " answered, but not as a coordinator does; check its address"
                : from + " answered for " + id + " and not for " + node.id();
    }

    private static Optional<RefusalKind> kind(Fields fields) {
        try {
            return Optional.of(RefusalKind.valueOf(fields.text("kind").toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private List<String> path(NodeIdentity node, String step) {
        return List.of("v2", "reboots", group, node.id(), step);
    }

    private static byte[] body(NodeIdentity node, Consumer<JsonGenerator> more) {
        var buffer = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), buffer)) {
            json.writeStartObject();
            json.writeStringProperty("bootId", node.bootId());
            more.accept(json);
            json.writeEndObject();
        }
        return buffer.toByteArray();
    }
}
