package io.keelson.engine.state.json;

import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.BadRelease;
import io.keelson.engine.state.LastError;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.Pardon;
import io.keelson.engine.state.RebootTurn;
import io.keelson.engine.state.Report;
import io.keelson.engine.state.Setback;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;

/** The form of an {@link AgentRecord} in the state file. */
final class RecordJson {
    private static final int FORMAT = 1;

    private RecordJson() {}

    static JsonObject write(AgentRecord value) {
        var history = value.history();
        return JsonObject.empty()
                .with("format", FORMAT)
                .with("state", StateJson.write(value.state()))
                .with("bad", value.bad().stream().map(RecordJson::bad).toList())
                .with("reports", value.reports().stream().map(RecordJson::report).toList())
                .with("lockDebt", value.lockDebt().map(RecordJson::debt))
                .with("lastCheck", history.lastCheck())
                .with("slotGroup", value.slotGroup())
                .with("drainedBoot", value.turn().drainedBoot())
                .with("lastError", history.lastError())
                .with("lastErrorAt", history.error().map(LastError::at))
                .with("lastErrorOfCheck", history.error().filter(LastError::isOfCheck).isPresent())
                .with("lastFetch", history.lastFetch().map(FetchedJson::write))
                .with("firstVersion", history.firstVersion())
                .with("setback", history.setback().map(RecordJson::setback))
                .with("pardon", history.pardon().map(RecordJson::pardon))
                .with("sickBoot", history.sickBoot());
    }

    /** The state of the record, which a newer release may have written. */
    static AgentState readState(JsonObject json) throws IOException {
        return StateJson.read(
                json.object("state").orElseThrow(() -> new IOException("no \"state\" object")));
    }

    /** All but the state, which is idle instead. */
    static AgentRecord readWithoutState(JsonObject json) throws IOException {
        if (json.number("format") != FORMAT) {
            throw new IOException("the state has format " + json.number("format"));
        }
        var bad = new ArrayList<BadRelease>();
        for (JsonObject item : json.objects("bad")) {
            bad.add(bad(item));
        }
        var reports = new ArrayList<Report>();
        for (JsonObject item : json.objects("reports")) {
            reports.add(report(item));
        }
        Optional<JsonObject> debt = json.object("lockDebt");
        return new AgentRecord(
                new AgentState.Idle(),
                bad,
                reports,
                new RebootTurn(
                        debt.isPresent() ? Optional.of(debt(debt.get())) : Optional.empty(),
                        json.optionalText("slotGroup"),
                        json.optionalText("drainedBoot")),
                new AgentRecord.History(
                        json.time("lastCheck"),
                        error(json),
                        FetchedJson.read(json.object("lastFetch")),
                        json.text("firstVersion"),
                        setback(json.object("setback")),
                        pardon(json.object("pardon")),
                        json.optionalText("sickBoot")));
    }

    private static Optional<LastError> error(JsonObject json) throws IOException {
        Optional<String> reason = json.optionalText("lastError");
        return reason.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new LastError(
                                reason.get(),
                                json.time("lastErrorAt").orElse(Instant.EPOCH),
                                json.flag("lastErrorOfCheck")));
    }

    private static JsonObject setback(Setback value) {
        return JsonObject.empty()
                .with("payloadSha256", value.sha256Hex())
                .with("tries", value.tries())
                .with("notBefore", value.notBefore());
    }

    private static Optional<Setback> setback(Optional<JsonObject> json) throws IOException {
        return json.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Setback(
                                json.get().text("payloadSha256"),
                                (int) json.get().number("tries"),
                                json.get().time("notBefore").orElse(Instant.EPOCH)));
    }

    private static JsonObject pardon(Pardon value) {
        return JsonObject.empty().with("asked", value.asked()).with("followed", value.followed());
    }

    private static Optional<Pardon> pardon(Optional<JsonObject> json) throws IOException {
        return json.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Pardon(
                                json.get().time("asked").orElse(Instant.EPOCH),
                                json.get().time("followed").orElse(Instant.EPOCH)));
    }

    private static JsonObject bad(BadRelease value) {
        return JsonObject.empty()
                .with("version", value.version().text())
                .with("payloadSha256", value.payloadSha256Hex())
                .with("reason", value.reason())
                .with("at", value.at());
    }

    private static BadRelease bad(JsonObject json) throws IOException {
        return new BadRelease(
                StateJson.version(json, "version"),
                json.optionalText("payloadSha256"),
                json.text("reason"),
                json.time("at").orElse(Instant.EPOCH));
    }

    private static JsonObject report(Report value) {
        JsonObject json =
                JsonObject.empty().with("type", value.type()).with("result", value.result());
        if (value.errorCode().isPresent()) {
            json = json.with("errorCode", value.errorCode().getAsInt());
        }
        return json.with("running", value.versions().running())
                .with("previous", value.versions().previous())
                .with("next", value.versions().next())
                .with("reason", value.reason())
                .with("fetched", value.fetched().map(FetchedJson::write));
    }

    private static Report report(JsonObject json) throws IOException {
        boolean failed = json.values().containsKey("errorCode");
        return new Report(
                (int) json.number("type"),
                (int) json.number("result"),
                failed ? OptionalInt.of((int) json.number("errorCode")) : OptionalInt.empty(),
                new Report.Versions(json.text("running"), json.text("previous"), json.text("next")),
                json.text("reason"),
                FetchedJson.read(json.object("fetched")));
    }

    private static JsonObject debt(LockDebt value) {
        return switch (value) {
            case LockDebt.Healthy _ -> JsonObject.empty().with("outcome", "healthy");
            case LockDebt.Failed(var reason) ->
                    JsonObject.empty().with("outcome", "failed").with("reason", reason);
            case LockDebt.Abandoned(var reason) ->
                    JsonObject.empty().with("outcome", "abandoned").with("reason", reason);
        };
    }

    private static LockDebt debt(JsonObject json) throws IOException {
        String outcome = json.text("outcome");
        return switch (outcome) {
            case "healthy" -> new LockDebt.Healthy();
            case "failed" -> new LockDebt.Failed(json.text("reason"));
            case "abandoned" -> new LockDebt.Abandoned(json.text("reason"));
            default -> throw new IOException("unknown lock outcome \"" + outcome + "\"");
        };
    }
}
