package io.penstock.storage.trigger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code table_trigger} and {@code watched_table}. */
@Repository
class TriggerRows {
  private static final String SELECT =
      """
      SELECT t.*, ARRAY(SELECT table_label FROM watched_table w WHERE w.trigger_id = t.id ORDER BY position) AS tables
      FROM table_trigger t WHERE t.project_id = :project
      """;

  /**
   * Locked in the order of their ids: two imports that end at once wait for each other's. What they
   * watch beside the table is of no interest then.
   */
  private static final String DUE =
      """
      SELECT t.*, ARRAY[]::text[] AS tables FROM table_trigger t
      WHERE t.project_id = :project
        AND t.id IN (SELECT trigger_id FROM watched_table WHERE project_id = :project AND table_label = :table)
        AND t.last_run_at + make_interval(mins => t.cool_down_minutes) <= :now
      ORDER BY t.id FOR NO KEY UPDATE OF t
      """;

  private final JdbcClient jdbc;

  TriggerRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  List<Trigger> find(long projectId, @Nullable String component, @Nullable String configurationId) {
    return jdbc.sql(
            SELECT
                + """
                 AND (:component::text IS NULL OR t.component = :component)
                 AND (:configuration::text IS NULL OR t.configuration_id = :configuration)
                 ORDER BY t.id
                """)
        .param("project", projectId)
        .param("component", component)
        .param("configuration", configurationId)
        .query((rs, _) -> trigger(rs))
        .list();
  }

  Optional<Trigger> find(long projectId, long id) {
    return jdbc.sql(SELECT + " AND t.id = :id")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> trigger(rs))
        .optional();
  }

  /** The trigger, which nobody else changes until the transaction at hand ends. */
  Optional<Trigger> lock(long projectId, long id) {
    return jdbc.sql(SELECT + " AND t.id = :id FOR NO KEY UPDATE OF t")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> trigger(rs))
        .optional();
  }

  long ofProject(long projectId) {
    return jdbc.sql("SELECT count(*) FROM table_trigger WHERE project_id = :project")
        .param("project", projectId)
        .query(Long.class)
        .single();
  }

  /** Those that an import into the table makes fire now, locked; without their tables. */
  List<Trigger> due(long projectId, String table, Instant now) {
    return jdbc.sql(DUE)
        .param("project", projectId)
        .param("table", table)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query((rs, _) -> trigger(rs))
        .list();
  }

  void ran(List<Trigger> triggers, Instant now) {
    jdbc.sql("UPDATE table_trigger SET last_run_at = :now WHERE id = ANY(:ids)")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("ids", triggers.stream().map(Trigger::id).toArray(Long[]::new))
        .update();
  }

  long insert(Trigger trigger) {
    long id =
        jdbc.sql(
                """
                INSERT INTO table_trigger (project_id, component, configuration_id, run_with_token_id,
                  cool_down_minutes, last_run_at, creator_id, creator_description, created_at)
                VALUES (:project, :component, :configuration, :token, :minutes, :now, :creator, :description, :now)
                RETURNING id
                """)
            .param("project", trigger.projectId())
            .param("component", trigger.component())
            .param("configuration", trigger.configurationId())
            .param("token", trigger.runWithTokenId())
            .param("minutes", trigger.coolDownMinutes())
            .param("now", trigger.lastRunAt().atOffset(ZoneOffset.UTC))
            .param("creator", trigger.creatorId())
            .param("description", trigger.creatorDescription())
            .query(Long.class)
            .single();
    watch(id, trigger);
    return id;
  }

  void update(Trigger trigger) {
    jdbc.sql(
            """
            UPDATE table_trigger SET component = :component, configuration_id = :configuration,
              run_with_token_id = :token, cool_down_minutes = :minutes WHERE id = :id
            """)
        .param("component", trigger.component())
        .param("configuration", trigger.configurationId())
        .param("token", trigger.runWithTokenId())
        .param("minutes", trigger.coolDownMinutes())
        .param("id", trigger.id())
        .update();
    jdbc.sql("DELETE FROM watched_table WHERE trigger_id = :id").param("id", trigger.id()).update();
    watch(trigger.id(), trigger);
  }

  private void watch(long id, Trigger trigger) {
    jdbc.sql(
            """
            INSERT INTO watched_table (trigger_id, position, project_id, table_label)
            SELECT :id, place, :project, label FROM unnest(:tables::text[]) WITH ORDINALITY AS x (label, place)
            """)
        .param("id", id)
        .param("project", trigger.projectId())
        .param("tables", trigger.tables().toArray(String[]::new))
        .update();
  }

  void delete(long id) {
    jdbc.sql("DELETE FROM table_trigger WHERE id = :id").param("id", id).update();
  }

  /** Those of the tables that exist, with their buckets' ids. */
  Map<String, Long> buckets(long projectId, List<String> tables) {
    Map<String, Long> found = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT x.label, b.id FROM unnest(:tables::text[]) x (label)
            JOIN bucket b ON b.project_id = :project AND b.deleted_at IS NULL
              AND b.stage = split_part(x.label, '.', 1) AND b.name = split_part(x.label, '.', 2)
            JOIN data_table t ON t.bucket_id = b.id AND t.state = 'READY'
              AND b.stage || '.' || b.name || '.' || t.name = x.label
            """)
        .param("project", projectId)
        .param("tables", tables.toArray(String[]::new))
        .query(
            rs -> {
              found.put(rs.getString(1), rs.getLong(2));
            });
    return found;
  }

  /**
   * Whether the token is a person's, kept from being deleted until the transaction at hand ends;
   * empty where there is no such token.
   */
  Optional<Boolean> holdToken(long projectId, long id) {
    return jdbc.sql(
            "SELECT master FROM token WHERE project_id = :project AND id = :id AND deleted_at IS"
                + " NULL FOR SHARE")
        .param("project", projectId)
        .param("id", id)
        .query(Boolean.class)
        .optional();
  }

  private static Trigger trigger(ResultSet rs) throws SQLException {
    return new Trigger(
        rs.getLong("id"),
        rs.getLong("project_id"),
        rs.getString("component"),
        rs.getString("configuration_id"),
        rs.getLong("run_with_token_id"),
        rs.getInt("cool_down_minutes"),
        rs.getTimestamp("last_run_at").toInstant(),
        rs.getLong("creator_id"),
        rs.getString("creator_description"),
        List.of((String[]) rs.getArray("tables").getArray()));
  }
}
