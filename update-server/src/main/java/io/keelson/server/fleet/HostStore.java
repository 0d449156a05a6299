package io.keelson.server.fleet;

import io.keelson.omaha.RequestApp;
import io.keelson.server.rollout.Decision;
import io.keelson.server.rollout.DecisionReason;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code host} table. */
@Component
class HostStore {
    private static final String INSERT =
            "insert into host (machine_id, boot_id, machine_alias, version, previous_version, track, board, oem,"
                    + " aleph_version, state, target_version, attempt, error_version, error_code,"
                    + " error_reason, error_at, decision_reason, decision_message,"
                    + " decision_version, decision_at, root_hash, capabilities, fetch_version,"
                    + " fetch_artifact, fetch_bytes, fetch_detours, fetch_at, first_seen,"
                    + " last_seen, last_check) values"
                    + " (:machine, :boot, :alias, :version, :previous, :track, :board, :oem, :aleph,"
                    + " :state, :target, :attempt, :errorVersion, :errorCode, :errorReason,"
                    + " :errorAt, :reason, :message, :decisionVersion, :decisionAt, :rootHash,"
                    + " :capabilities, :fetchVersion, :fetchArtifact, :fetchBytes,"
                    + " :fetchDetours, :fetchAt, :first, :last,"
                    + " :check)";
    private static final String UPDATE =
            "update host set boot_id = :boot, machine_alias = :alias, version = :version, previous_version = :previous,"
                    + " track = :track, board = :board, oem = :oem, aleph_version = :aleph,"
                    + " state = :state, target_version = :target, attempt = :attempt,"
                    + " error_version = :errorVersion, error_code = :errorCode,"
                    + " error_reason = :errorReason, error_at = :errorAt,"
                    + " decision_reason = :reason, decision_message = :message,"
                    + " decision_version = :decisionVersion, decision_at = :decisionAt,"
                    + " root_hash = :rootHash, capabilities = :capabilities,"
                    + " fetch_version = :fetchVersion, fetch_artifact = :fetchArtifact,"
                    + " fetch_bytes = :fetchBytes, fetch_detours = :fetchDetours,"
                    + " fetch_at = :fetchAt,"
                    + " first_seen = :first, last_seen = :last, last_check = :check"
                    + " where machine_id = :machine";

    private final JdbcClient jdbc;

    HostStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Host> find(String machineId) {
        return jdbc.sql("select * from host where machine_id = :machine")
                .param("machine", machineId)
                .query(HostStore::host)
                .optional();
    }

    List<Host> list() {
        return jdbc.sql("select * from host order by machine_id").query(HostStore::host).list();
    }

    void save(Host host) {
        Map<String, @Nullable Object> values = values(host);
        if (jdbc.sql(UPDATE).params(values).update() == 0) {
            jdbc.sql(INSERT).params(values).update();
        }
    }

    /**
     * Notes that an operator wants a retry. Apart from {@link #save}, which must not undo what came
     * while it had the host in hand.
     */
    void askRetry(String machineId, Instant now) {
        jdbc.sql("update host set retry_asked_at = :at where machine_id = :machine")
                .param("at", now.atOffset(ZoneOffset.UTC))
                .param("machine", machineId)
                .update();
    }

    private static Map<String, @Nullable Object> values(Host host) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("machine", host.machineId());
        values.put("boot", host.report().bootId());
        values.put("alias", host.report().alias());
        values.put("version", host.report().version());
        values.put("previous", host.report().previousVersion());
        values.put("track", host.report().track());
        values.put("board", host.report().board());
        values.put("oem", host.report().oem());
        values.put("aleph", host.report().alephVersion());
        values.put("state", host.status().state().text());
        values.put("target", host.status().target());
        values.put("attempt", host.status().attempt());
        Optional<HostError> error = host.status().lastError();
        values.put("errorVersion", error.map(HostError::version).orElse(null));
        values.put("errorCode", error.map(HostError::code).orElse(null));
        values.put("errorReason", error.map(HostError::reason).orElse(null));
        values.put("errorAt", time(error.map(HostError::at)));
        Optional<Decision> decision = host.decision();
        values.put("reason", decision.map(made -> made.reason().text()).orElse(null));
        values.put("message", decision.map(Decision::message).orElse(null));
        values.put("decisionVersion", decision.map(Decision::version).orElse(null));
        values.put("decisionAt", time(decision.map(Decision::at)));
        var abilities = host.report().abilities();
        values.put("rootHash", abilities.rootHash());
        values.put("capabilities", String.join(" ", abilities.capabilities()));
        Optional<HostFetch> fetch = host.fetch();
        values.put("fetchVersion", fetch.map(HostFetch::version).orElse(null));
        values.put("fetchArtifact", fetch.map(HostFetch::artifact).orElse(null));
        values.put("fetchBytes", fetch.map(HostFetch::downloadedBytes).orElse(null));
        values.put("fetchDetours", fetch.map(HostFetch::detours).orElse(null));
        values.put("fetchAt", time(fetch.map(HostFetch::at)));
        values.put("first", host.seen().first().atOffset(ZoneOffset.UTC));
        values.put("last", host.seen().last().atOffset(ZoneOffset.UTC));
        values.put("check", time(host.seen().lastCheck()));
        return values;
    }

    private static @Nullable OffsetDateTime time(Optional<Instant> instant) {
        return instant.map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    private static Host host(ResultSet row, int number) throws SQLException {
        Optional<Instant> errorAt = time(row, "error_at");
        Optional<Instant> decisionAt = time(row, "decision_at");
        HostStatus status =
                new HostStatus(
                        HostState.of(row.getString("state")),
                        row.getString("target_version"),
                        row.getInt("attempt"),
                        errorAt.isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        new HostError(
                                                row.getString("error_version"),
                                                row.getInt("error_code"),
                                                row.getString("error_reason"),
                                                errorAt.get())));
        Optional<Decision> decision =
                decisionAt.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Decision(
                                        DecisionReason.of(row.getString("decision_reason")),
                                        row.getString("decision_message"),
                                        row.getString("decision_version"),
                                        decisionAt.get()));
        Instant first = row.getObject("first_seen", OffsetDateTime.class).toInstant();
        Instant last = row.getObject("last_seen", OffsetDateTime.class).toInstant();
        return new Host(
                row.getString("machine_id"),
                report(row),
                status,
                decision,
                fetch(row),
                new Host.Seen(first, last, time(row, "last_check")),
                time(row, "retry_asked_at"));
    }

    private static HostReport report(ResultSet row) throws SQLException {
        return new HostReport(
                row.getString("boot_id"),
                row.getString("machine_alias"),
                row.getString("version"),
                row.getString("previous_version"),
                row.getString("track"),
                row.getString("board"),
                row.getString("oem"),
                row.getString("aleph_version"),
                new RequestApp.Abilities(
                        row.getString("root_hash"), words(row.getString("capabilities"))));
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    private static Optional<HostFetch> fetch(ResultSet row) throws SQLException {
        Optional<Instant> at = time(row, "fetch_at");
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new HostFetch(
                                row.getString("fetch_version"),
                                row.getString("fetch_artifact"),
                                row.getLong("fetch_bytes"),
                                row.getString("fetch_detours"),
                                at.get()));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
