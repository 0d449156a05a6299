package io.keelson.server.release;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The {@code release_artifact} table. */
@Component
public class ArtifactStore {
    /** A host tries no more of them either. */
    private static final int DELTAS_OFFERED_MAX = 2;

    private final JdbcClient jdbc;

    ArtifactStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public List<StoredArtifact> of(String version) {
        return jdbc.sql("select * from release_artifact where version = :version order by name")
                .param("version", version)
                .query(ArtifactStore::artifact)
                .list();
    }

    Optional<StoredArtifact> named(String name) {
        return jdbc.sql("select * from release_artifact where name = :name")
                .param("name", name)
                .query(ArtifactStore::artifact)
                .optional();
    }

    /**
     * What a host can use, the best first: deltas from what it runs, the smallest first, then the
     * index.
     *
     * @param rootHash of the {@code /usr} it runs
     */
    public List<StoredArtifact> usable(String version, String rootHash, Set<String> capabilities) {
        List<StoredArtifact> able =
                capabilities.isEmpty()
                        ? List.of()
                        : of(version).stream()
                                .filter(one -> capabilities.containsAll(one.capabilities()))
                                .toList();
        Stream<StoredArtifact> deltas =
                able.stream()
                        .filter(one -> one.kind() == StoredArtifact.Kind.DELTA)
                        .filter(one -> one.sourceRootHash().equals(rootHash))
                        .sorted(Comparator.comparingLong(StoredArtifact::sizeBytes))
                        .limit(DELTAS_OFFERED_MAX);
        Stream<StoredArtifact> index =
                able.stream().filter(one -> one.kind() == StoredArtifact.Kind.CHUNK_INDEX);
        return Stream.concat(deltas, index).toList();
    }

    void add(StoredArtifact artifact) {
        jdbc.sql(
                        "insert into release_artifact (version, name, kind, source_version,"
                                + " source_root_hash, capabilities, size, sha256, added_at) values"
                                + " (:version, :name, :kind, :source, :rootHash, :capabilities, :size,"
                                + " :sha256, :added)")
                .param("version", artifact.version())
                .param("name", artifact.name())
                .param("kind", artifact.kind().text())
                .param("source", artifact.sourceVersion())
                .param("rootHash", artifact.sourceRootHash())
                .param("capabilities", String.join(" ", artifact.capabilities()))
                .param("size", artifact.sizeBytes())
                .param("sha256", artifact.sha256())
                .param("added", artifact.addedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    private static StoredArtifact artifact(ResultSet row, int number) throws SQLException {
        return new StoredArtifact(
                row.getString("version"),
                row.getString("name"),
                StoredArtifact.Kind.of(row.getString("kind")),
                row.getString("source_version"),
                row.getString("source_root_hash"),
                StoredArtifact.words(row.getString("capabilities")),
                row.getLong("size"),
                row.getString("sha256"),
                row.getObject("added_at", OffsetDateTime.class).toInstant());
    }
}
