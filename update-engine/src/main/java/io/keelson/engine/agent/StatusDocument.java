package io.keelson.engine.agent;

import io.keelson.engine.config.LockSettings;
import io.keelson.engine.health.Verdict;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.slot.SlotStatus;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.BadRelease;
import io.keelson.engine.state.LastError;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.state.json.FetchedJson;
import io.keelson.reboot.window.RebootWindow;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/** The host's status as JSON, gathered when it is asked for. */
final class StatusDocument {
    private final AgentParts parts;
    private final Courier courier;

    StatusDocument(AgentParts parts, Courier courier) {
        this.parts = parts;
        this.courier = courier;
    }

    JsonObject of(AgentRecord memory, Instant nextCheck) {
        var config = parts.config();
        JsonObject json =
                JsonObject.empty()
                        .with("version", parts.machine().version().text())
                        .with("bootId", parts.machine().bootId())
                        .with("state", memory.state().text())
                        .with("detail", state(memory.state()));
        json = disk(json);
        json =
                json.with("server", config.server().map(URI::toString).orElse("disabled"))
                        .with("group", config.group())
                        .with("lastCheck", memory.history().lastCheck())
                        .with("lastError", memory.history().lastError())
                        .with("lastErrorAt", memory.history().error().map(LastError::at))
                        .with("lastFetch", memory.history().lastFetch().map(FetchedJson::write));
        if (config.server().isPresent() && memory.state() instanceof AgentState.Idle) {
            json = json.with("nextCheck", nextCheck);
        }
        return json.with("lock", lock(memory))
                .with("bad", memory.bad().stream().map(StatusDocument::bad).toList())
                .with("unreportedEvents", memory.reports().size())
                .with("reportProblem", courier.reportTrouble())
                .with("health", verdict().map(Verdict::toJson));
    }

    Optional<Verdict> verdict() {
        return parts.files().verdicts().of(parts.machine().bootId());
    }

    /** A disk that cannot be read is a fact about the host, not a reason for no answer. */
    private JsonObject disk(JsonObject json) {
        JsonObject more = json;
        try {
            more = more.with("secureBoot", parts.machine().isSecureBoot());
            var slots = SlotStatus.read(parts.disks().access(), parts.disks().paths());
            more = more.with("slots", slots.stream().map(StatusDocument::slot).toList());
        } catch (IOException e) {
            more = more.with("slotsError", String.valueOf(e.getMessage()));
        }
        return more;
    }

    private static JsonObject slot(SlotStatus slot) {
        JsonObject json =
                JsonObject.empty()
                        .with("slot", slot.slot().name())
                        .with("version", slot.version())
                        .with("state", slot.state())
                        .with("entry", slot.entry().map(entry -> entry.fileName()));
        if (slot.entry().isPresent() && slot.entry().get().triesLeft().isPresent()) {
            json = json.with("triesLeft", slot.entry().get().triesLeft().getAsInt());
        }
        return json;
    }

    private static JsonObject state(AgentState state) {
        JsonObject json = JsonObject.empty();
        return switch (state) {
            case AgentState.Idle _, AgentState.Checking _ -> json;
            case AgentState.Available(var offer) -> json.with("to", offer.version().text());
            case AgentState.Downloading(var offer, var done) ->
                    json.with("to", offer.version().text())
                            .with("doneBytes", done)
                            .with("totalBytes", offer.sizeBytes());
            case AgentState.Verifying(var offer) -> json.with("to", offer.version().text());
            case AgentState.Finalizing(var pending) -> pending(pending);
            case AgentState.UpdatedNeedReboot(var pending) -> pending(pending);
            case AgentState.WaitingForLock(var pending, var position, var reason) ->
                    pending(pending).with("position", position).with("reason", reason);
            case AgentState.Rebooting(var pending, var fence) ->
                    pending(pending).with("fence", fence);
            case AgentState.Confirming(var pending) -> pending(pending);
            case AgentState.Reporting(var pending) -> pending(pending);
            case AgentState.RolledBack(var pending, var reason) ->
                    pending(pending).with("reason", reason);
        };
    }

    private static JsonObject pending(PendingSwitch pending) {
        return JsonObject.empty()
                .with("from", pending.from().text())
                .with("to", pending.to().text());
    }

    private JsonObject lock(AgentRecord memory) {
        var reboot = parts.config().reboot();
        JsonObject json =
                JsonObject.empty()
                        .with("strategy", reboot.strategy().text())
                        .with("group", reboot.lockGroup());
        if (reboot.strategy().needsLock() && reboot.lock().isPresent()) {
            String via = reboot.lock().get() instanceof LockSettings.Etcd ? "etcd" : "coordinator";
            json =
                    json.with("via", via)
                            .with(
                                    "addresses",
                                    reboot.lock().get().addressed().stream()
                                            .map(URI::toString)
                                            .toList());
        }
        if (memory.state() instanceof AgentState.WaitingForLock(_, var position, var reason)) {
            json = json.with("position", position).with("reason", reason);
        }
        json = windows(json);
        Optional<LockDebt> debt = memory.lockDebt();
        return json.with("releasePending", debt.isPresent())
                .with("releaseProblem", courier.slotTrouble());
    }

    /** The host's own windows; those of its group are the group's to tell. */
    private JsonObject windows(JsonObject json) {
        var reboot = parts.config().reboot();
        if (!reboot.strategy().needsWindow()) {
            return json;
        }
        Instant now = parts.chance().clock().instant();
        var expected = reboot.patience().expected();
        return json.with(
                        "windows",
                        reboot.calendar().windows().stream().map(RebootWindow::text).toList())
                .with("isWindowOpen", reboot.calendar().allows(now, expected))
                .with("nextWindow", reboot.calendar().nextStart(now, expected));
    }

    private static JsonObject bad(BadRelease release) {
        return JsonObject.empty()
                .with("version", release.version().text())
                .with("reason", release.reason())
                .with("at", release.at());
    }
}
