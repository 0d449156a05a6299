package io.keelson.server.release;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** The {@code release} table. */
@Component
public class ReleaseStore {
    private static final String COLUMNS =
            "select version, arch, root_hash, payload_size, payload_sha256, payload_sha1,"
                    + " capabilities, announced_at, published_at from release ";
    private static final String ANNOUNCED = "announced";
    private static final String PUBLISHED = "published";

    private final JdbcClient jdbc;

    ReleaseStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<StoredRelease> find(String version) {
        return jdbc.sql(COLUMNS + "where version = :version")
                .param("version", version)
                .query(ReleaseStore::release)
                .optional();
    }

    public List<StoredRelease> list() {
        return jdbc.sql(COLUMNS + "order by announced_at").query(ReleaseStore::release).list();
    }

    Optional<String> manifest(String version) {
        return jdbc.sql("select manifest from release where version = :version")
                .param("version", version)
                .query(String.class)
                .optional();
    }

    void announce(StoredRelease release, String manifest) {
        forgetUnpublished(release.version());
        jdbc.sql(
                        "insert into release (version, arch, root_hash, payload_size,"
                                + " payload_sha256, state, manifest, announced_at) values (:version,"
                                + " :arch, :rootHash, :size, :sha256, :state, :manifest, :announced)")
                .param("version", release.version())
                .param("arch", release.arch())
                .param("rootHash", release.rootHash())
                .param("size", release.payloadSizeBytes())
                .param("sha256", release.payloadSha256())
                .param("state", ANNOUNCED)
                .param("manifest", manifest)
                .param("announced", release.announcedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    /** What is known of a release's payload only once it is here. */
    record Payload(String sha1Base64, SortedSet<String> capabilities) {}

    void publish(String version, Payload payload, Instant when) {
        jdbc.sql(
                        "update release set state = :state, payload_sha1 = :sha1,"
                                + " capabilities = :capabilities, published_at = :when where version = :version")
                .param("state", PUBLISHED)
                .param("sha1", payload.sha1Base64())
                .param("capabilities", String.join(" ", payload.capabilities()))
                .param("when", when.atOffset(ZoneOffset.UTC))
                .param("version", version)
                .update();
    }

    void forgetUnpublished(String version) {
        jdbc.sql("delete from release where version = :version and state = :state")
                .param("version", version)
                .param("state", ANNOUNCED)
                .update();
    }

    private static StoredRelease release(ResultSet row, int number) throws SQLException {
        return new StoredRelease(
                row.getString("version"),
                row.getString("arch"),
                row.getString("root_hash"),
                row.getLong("payload_size"),
                row.getString("payload_sha256"),
                row.getString("payload_sha1"),
                StoredArtifact.words(row.getString("capabilities")),
                row.getObject("announced_at", OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getObject("published_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant));
    }
}
