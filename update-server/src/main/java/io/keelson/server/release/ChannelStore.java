package io.keelson.server.release;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** The {@code channel} table. */
@Component
public class ChannelStore {
    private static final String COLUMNS =
            "select name, version, paused, poll_interval_seconds, updated_at, downgrade"
                    + " from channel ";

    private final JdbcClient jdbc;

    ChannelStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<Channel> find(String name) {
        return jdbc.sql(COLUMNS + "where name = :name")
                .param("name", name)
                .query(ChannelStore::channel)
                .optional();
    }

    public List<Channel> list() {
        return jdbc.sql(COLUMNS + "order by name").query(ChannelStore::channel).list();
    }

    void save(Channel channel) {
        String update =
                "update channel set version = :version, paused = :paused,"
                        + " poll_interval_seconds = :poll, updated_at = :updated,"
                        + " downgrade = :downgrade where name = :name";
        String insert =
                "insert into channel (name, version, paused, poll_interval_seconds, updated_at,"
                        + " downgrade)"
                        + " values (:name, :version, :paused, :poll, :updated, :downgrade)";
        if (write(update, channel) == 0) {
            write(insert, channel);
        }
    }

    private int write(String sql, Channel channel) {
        @Nullable String version = channel.version().orElse(null);
        return jdbc.sql(sql)
                .param("name", channel.name())
                .param("version", version)
                .param("paused", channel.paused())
                .param("poll", channel.pollIntervalSeconds())
                .param("updated", channel.updatedAt().atOffset(ZoneOffset.UTC))
                .param("downgrade", channel.downgrade().orElse(""))
                .update();
    }

    private static Channel channel(java.sql.ResultSet row, int number)
            throws java.sql.SQLException {
        return new Channel(
                row.getString("name"),
                Optional.ofNullable(row.getString("version")),
                row.getBoolean("paused"),
                row.getLong("poll_interval_seconds"),
                row.getObject("updated_at", java.time.OffsetDateTime.class).toInstant(),
                Optional.of(row.getString("downgrade")).filter(text -> !text.isEmpty()));
    }
}
