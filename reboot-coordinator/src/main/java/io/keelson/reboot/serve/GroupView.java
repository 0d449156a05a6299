package io.keelson.reboot.serve;

import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.AuditJson;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.rules.Admission;
import io.keelson.reboot.rules.Admission.Verdict;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Standing;
import io.keelson.reboot.window.Opening;

import tools.jackson.core.JsonGenerator;

import java.time.Instant;
import java.util.List;

/** A group for people and programs that ask about it. */
public final class GroupView {
    private static final int OPENINGS = 5;
    private static final int AUDIT_ENTRIES = 20;

    /** Reasons are told for the first in line; those behind wait for them. */
    private static final int EXPLAINED = 100;

    private GroupView() {}

    static void write(
            JsonGenerator json, GroupService service, RebootStatus status, Groups groups) {
        json.writeStartObject();
        writeFields(json, status, service.desk().audit(AUDIT_ENTRIES), groups.now());
        groups.policyProblem()
                .ifPresent(problem -> json.writeStringProperty("policyProblem", problem));
        json.writeNumberProperty("waitingHere", service.waitingHere());
        json.writeEndObject();
    }

    /**
     * Writes into an object that is open: the fields of {@link RebootStatus#toJson}, {@code
     * budget}, {@code openings}, {@code deadlines} of the holders, {@code reasons} why each waits,
     * {@code audit}.
     */
    public static void writeFields(
            JsonGenerator json, RebootStatus status, List<AuditEntry> audit, Instant now) {
        status.writeFields(json);
        GroupPolicy policy = status.document().policy();
        json.writeObjectPropertyStart("budget");
        int used = status.document().failures().used();
        json.writeNumberProperty("used", used);
        json.writeNumberProperty("left", Math.max(0, policy.failureBudget() - used));
        json.writeEndObject();
        writeOpenings(json, policy.calendar().upcoming(now, OPENINGS));
        writeDeadlines(json, status, policy);
        writeReasons(json, status.standing());
        writeAudit(json, audit);
    }

    private static void writeOpenings(JsonGenerator json, List<Opening> openings) {
        json.writeArrayPropertyStart("openings");
        for (Opening opening : openings) {
            json.writeStartObject();
            json.writeStringProperty("start", opening.start().toString());
            if (opening.isEndless()) {
                json.writeNullProperty("end");
            } else {
                json.writeStringProperty("end", opening.end().toString());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeDeadlines(
            JsonGenerator json, RebootStatus status, GroupPolicy policy) {
        json.writeObjectPropertyStart("deadlines");
        for (Holder holder : status.document().holders()) {
            json.writeStringProperty(
                    holder.id(), holder.since().plus(policy.times().deadline()).toString());
        }
        json.writeEndObject();
    }

    private static void writeReasons(JsonGenerator json, Standing standing) {
        json.writeArrayPropertyStart("reasons");
        standing.line().first().stream()
                .limit(EXPLAINED)
                .forEach(waiter -> {
                    json.writeStartObject();
                    json.writeStringProperty("id", waiter.id());
                    json.writeNumberProperty("position", standing.line().position(waiter.id()));
                    writeReason(json, standing, waiter);
                    json.writeEndObject();
                });
        json.writeEndArray();
    }

    private static void writeReason(JsonGenerator json, Standing standing, Waiter waiter) {
        var node = new NodeIdentity(waiter.id(), waiter.boot(), waiter.version());
        switch (Admission.judge(standing, node)) {
            case Verdict.Denied(var kind, var reason, var retryAt) -> {
                json.writeStringProperty("kind", kind.wire());
                json.writeStringProperty("reason", reason);
                retryAt.ifPresent(at -> json.writeStringProperty("retryAt", at.toString()));
            }
            case Verdict.Granted() ->
                    json.writeStringProperty(
                            "reason", "a slot is kept for it: it is served when it asks again");
            case Verdict.Held(var holder) ->
                    json.writeStringProperty("reason", "it holds a slot, fence " + holder.fence());
        }
    }

    private static void writeAudit(JsonGenerator json, List<AuditEntry> entries) {
        json.writeArrayPropertyStart("audit");
        for (AuditEntry entry : entries) {
            json.writeStartObject();
            json.writeNumberProperty("revision", entry.revision());
            AuditJson.writeFields(json, entry);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
