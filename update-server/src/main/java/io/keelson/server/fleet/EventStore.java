package io.keelson.server.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.keelson.omaha.ErrorCode;
import io.keelson.omaha.OmahaEvent;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code host_event} and {@code host_failure} tables: what hosts have reported. */
@Component
class EventStore {
    private static final int EVENTS_PER_HOST_MAX = 500;
    private static final String SAME =
            " where machine_id = :machine and boot_id = :boot and attempt = :attempt"
                    + " and event_type = :type and event_result = :result and error_code = :code"
                    + " and version = :version and previous_version = :previous"
                    + " and next_version = :next";

    private final JdbcClient jdbc;

    EventStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** One event as the API shows it, newest last. */
    record StoredEvent(
            String bootId,
            int type,
            int result,
            int errorCode,
            String version,
            String previousVersion,
            String nextVersion,
            String reason,
            Instant receivedAt) {
        @JsonProperty
        String errorName() {
            return errorCode == ErrorCode.SUCCESS ? "" : ErrorCode.nameOf(errorCode);
        }
    }

    /** Whether the event is new; a repeated one changes nothing. */
    boolean add(Host host, OmahaEvent event, Instant now) {
        Map<String, Object> values = new HashMap<>();
        values.put("machine", host.machineId());
        values.put("boot", host.report().bootId());
        values.put("attempt", host.status().attempt());
        values.put("type", event.type());
        values.put("result", event.result());
        values.put("code", ErrorCode.withoutFlags(event.errorCode().orElse(ErrorCode.SUCCESS)));
        values.put("version", host.report().version());
        values.put("previous", HostReport.cut(event.previousVersion()));
        values.put("next", HostReport.cut(event.nextVersion()));
        int known =
                jdbc.sql("select count(*) from host_event" + SAME)
                        .params(values)
                        .query(Integer.class)
                        .single();
        if (known > 0) {
            return false;
        }
        values.put("reason", event.reason());
        values.put("at", now.atOffset(ZoneOffset.UTC));
        jdbc.sql(
                        "insert into host_event (machine_id, boot_id, attempt, event_type,"
                                + " event_result, error_code, version, previous_version, next_version,"
                                + " reason, received_at) values (:machine, :boot, :attempt, :type,"
                                + " :result, :code, :version, :previous, :next, :reason, :at)")
                .params(values)
                .update();
        forgetOldest(host.machineId());
        return true;
    }

    /** A host in a loop must not fill the disk. */
    private void forgetOldest(String machineId) {
        jdbc.sql(
                        "delete from host_event where machine_id = :machine and id <= (select"
                                + " coalesce(max(id), 0) from (select id from host_event where"
                                + " machine_id = :machine order by id desc offset :keep rows) old)")
                .param("machine", machineId)
                .param("keep", EVENTS_PER_HOST_MAX)
                .update();
    }

    List<StoredEvent> events(String machineId) {
        return jdbc.sql("select * from host_event where machine_id = :machine order by id")
                .param("machine", machineId)
                .query(EventStore::event)
                .list();
    }

    void addFailure(String machineId, HostError error) {
        forgetFailure(machineId, error.version());
        jdbc.sql(
                        "insert into host_failure (machine_id, version, error_code, reason,"
                                + " failed_at) values (:machine, :version, :code, :reason, :at)")
                .param("machine", machineId)
                .param("version", error.version())
                .param("code", error.code())
                .param("reason", error.reason())
                .param("at", error.at().atOffset(ZoneOffset.UTC))
                .update();
    }

    void forgetFailure(String machineId, String version) {
        jdbc.sql("delete from host_failure where machine_id = :machine and version = :version")
                .param("machine", machineId)
                .param("version", version)
                .update();
    }

    void forgetFailures(String machineId) {
        jdbc.sql("delete from host_failure where machine_id = :machine")
                .param("machine", machineId)
                .update();
    }

    /** The releases this host has given up. */
    Set<String> failedVersions(String machineId) {
        return new HashSet<>(
                jdbc.sql("select version from host_failure where machine_id = :machine")
                        .param("machine", machineId)
                        .query(String.class)
                        .list());
    }

    private static StoredEvent event(ResultSet row, int number) throws SQLException {
        return new StoredEvent(
                row.getString("boot_id"),
                row.getInt("event_type"),
                row.getInt("event_result"),
                row.getInt("error_code"),
                row.getString("version"),
                row.getString("previous_version"),
                row.getString("next_version"),
                row.getString("reason"),
                row.getObject("received_at", OffsetDateTime.class).toInstant());
    }
}
