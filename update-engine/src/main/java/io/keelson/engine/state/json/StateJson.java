package io.keelson.engine.state.json;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.state.PendingSwitch.Kind;

import java.io.IOException;
import java.util.Locale;

/** The form of an {@link AgentState} in the state file: its word under {@code name}, its data. */
final class StateJson {
    private StateJson() {}

    static JsonObject write(AgentState state) {
        JsonObject json = JsonObject.empty().with("name", state.text());
        return switch (state) {
            case AgentState.Idle _, AgentState.Checking _ -> json;
            case AgentState.Available(var offer) -> json.with("offer", OfferJson.write(offer));
            case AgentState.Downloading(var offer, var done) ->
                    json.with("offer", OfferJson.write(offer)).with("doneBytes", done);
            case AgentState.Verifying(var offer) -> json.with("offer", OfferJson.write(offer));
            case AgentState.Finalizing(var pending) -> json.with("pending", pending(pending));
            case AgentState.UpdatedNeedReboot(var pending) ->
                    json.with("pending", pending(pending));
            case AgentState.WaitingForLock(var pending, var position, var reason) ->
                    json.with("pending", pending(pending))
                            .with("position", position)
                            .with("reason", reason);
            case AgentState.Rebooting(var pending, var fence) ->
                    json.with("pending", pending(pending)).with("fence", fence);
            case AgentState.Confirming(var pending) -> json.with("pending", pending(pending));
            case AgentState.Reporting(var pending) -> json.with("pending", pending(pending));
            case AgentState.RolledBack(var pending, var reason) ->
                    json.with("pending", pending(pending)).with("reason", reason);
        };
    }

    static AgentState read(JsonObject json) throws IOException {
        String name = json.text("name");
        return switch (name) {
            case "idle" -> new AgentState.Idle();
            case "checking" -> new AgentState.Checking();
            case "available" -> new AgentState.Available(OfferJson.read(json));
            case "downloading" ->
                    new AgentState.Downloading(OfferJson.read(json), json.number("doneBytes"));
            case "verifying" -> new AgentState.Verifying(OfferJson.read(json));
            case "finalizing" -> new AgentState.Finalizing(pending(json));
            case "updated-needs-reboot" -> new AgentState.UpdatedNeedReboot(pending(json));
            case "waiting-for-lock" ->
                    new AgentState.WaitingForLock(
                            pending(json), (int) json.number("position"), json.text("reason"));
            case "rebooting" -> new AgentState.Rebooting(pending(json), json.number("fence"));
            case "confirming" -> new AgentState.Confirming(pending(json));
            case "reporting" -> new AgentState.Reporting(pending(json));
            case "rolled-back" -> new AgentState.RolledBack(pending(json), json.text("reason"));
            default -> throw new IOException("unknown state \"" + name + "\"");
        };
    }

    /**
     * The older release that a downgrade leads to reads this, and may know no more than that a host
     * can go back.
     */
    private static JsonObject pending(PendingSwitch pending) {
        Kind kind = pending.kind();
        return JsonObject.empty()
                .with("from", pending.from().text())
                .with("to", pending.to().text())
                .with("bootId", pending.bootId())
                .with(
                        "kind",
                        (kind == Kind.DOWNGRADE ? Kind.GOING_BACK : kind)
                                .name()
                                .toLowerCase(Locale.ROOT))
                .with("byStatement", kind == Kind.DOWNGRADE)
                .with("ordered", pending.isOrdered());
    }

    private static PendingSwitch pending(JsonObject state) throws IOException {
        JsonObject json =
                state.object("pending").orElseThrow(() -> new IOException("no \"pending\" object"));
        String kind =
                json.flag("byStatement")
                        ? Kind.DOWNGRADE.name()
                        : json.text("kind").toUpperCase(Locale.ROOT);
        for (Kind known : Kind.values()) {
            if (known.name().equals(kind)) {
                var pending =
                        new PendingSwitch(
                                version(json, "from"),
                                version(json, "to"),
                                json.text("bootId"),
                                known);
                return json.flag("ordered") ? pending.ordered() : pending;
            }
        }
        throw new IOException("unknown kind of switch \"" + kind + "\"");
    }

    static ReleaseVersion version(JsonObject json, String key) throws IOException {
        try {
            return new ReleaseVersion(json.text(key));
        } catch (IllegalArgumentException e) {
            throw new IOException("\"" + key + "\" is not a version: " + e.getMessage(), e);
        }
    }
}
