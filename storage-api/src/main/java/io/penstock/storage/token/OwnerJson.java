package io.penstock.storage.token;

import io.penstock.storage.access.Caller.ProjectFacts;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The contract's {@code owner} in a token object: the project. */
@Component
public class OwnerJson {
  private static final List<String> ENGINES =
      List.of("Mysql", "Redshift", "Synapse", "Snowflake", "Exasol", "Teradata", "Bigquery");

  /** Nothing but the disk limits a project; clients want to see a number. */
  private static final long DATA_LIMIT = 1L << 50;

  static final String FULL =
      """
      SELECT p.*, o.region, t.row_sum, t.byte_sum, t.tables,
             (SELECT count(*) FROM membership m WHERE m.project_id = p.id) AS members
      FROM project p JOIN organisation o ON o.id = p.organisation_id
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(rows_count), 0) AS row_sum, coalesce(sum(data_bytes), 0) AS byte_sum, count(*) AS tables
        FROM data_table WHERE project_id = p.id AND state = 'READY') t
      WHERE
      """;

  private final JdbcClient jdbc;

  OwnerJson(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Map<String, Object> brief(ProjectFacts project) {
    return new JsonFields().put("id", project.id()).put("name", project.name()).map();
  }

  /** Everything that clients ask of a project; the Manage API shows the same. */
  public Map<String, Object> full(long projectId) {
    Map<Long, Owner> found = new HashMap<>();
    jdbc.sql(FULL + "p.id = :id")
        .param("id", projectId)
        .query(
            rs -> {
              add(rs, found);
            });
    return Objects.requireNonNull(found.get(projectId)).json();
  }

  /**
   * @param revocation the project's counter as it was with it
   * @param tables that were counted for it
   */
  record Owner(Map<String, Object> json, long revocation, long tables) {}

  /** A row of {@link #FULL}, under the project's id. */
  static void add(ResultSet rs, Map<Long, Owner> found) throws SQLException {
    found.put(
        rs.getLong("id"), new Owner(owner(rs), rs.getLong("revocation"), rs.getLong("tables")));
  }

  private static Map<String, Object> owner(ResultSet rs) throws SQLException {
    String backend = rs.getString("backend_label");
    Timestamp expires = rs.getTimestamp("expires_at");
    JsonFields json =
        new JsonFields()
            .put("id", rs.getLong("id"))
            .put("name", rs.getString("name"))
            .put("type", "production")
            .put("region", rs.getString("region"))
            .put("created", Timestamps.format(rs.getTimestamp("created_at").toInstant()))
            .put("expires", expires == null ? null : Timestamps.format(expires.toInstant()))
            .put("features", List.of((Object[]) rs.getArray("features").getArray()))
            .put("dataSizeBytes", rs.getLong("byte_sum"))
            .put("rowsCount", rs.getLong("row_sum"));
    for (String engine : ENGINES) {
      json.put("has" + engine, engine.equalsIgnoreCase(backend));
    }
    return json.put("defaultBackend", backend)
        .put("hasTryModeOn", "0")
        .put("limits", limits(rs))
        .put("metrics", metrics(rs))
        .put("isDisabled", rs.getString("state").equals("DISABLED"))
        .put("billedMonthlyPrice", null)
        .put("dataRetentionTimeInDays", 7)
        .put("assignedBackends", List.of(backend))
        .put("fileStorageProvider", "aws")
        .map();
  }

  private static Map<String, Object> limits(ResultSet rs) throws SQLException {
    long parallelism = rs.getLong("jobs_parallelism");
    Map<String, Object> limits = new LinkedHashMap<>();
    put(limits, "components.jobsParallelism", parallelism);
    put(limits, "storage.jobsParallelism", parallelism);
    put(limits, "storage.dataSizeBytes", DATA_LIMIT);
    return limits;
  }

  private static Map<String, Object> metrics(ResultSet rs) throws SQLException {
    Map<String, Object> metrics = new LinkedHashMap<>();
    put(metrics, "kbc.adminsCount", rs.getLong("members"));
    put(metrics, "storage.dataSizeBytes", rs.getLong("byte_sum"));
    put(metrics, "storage.rowsCount", rs.getLong("row_sum"));
    put(metrics, "orchestrations.count", 0); // there are no orchestrations
    return metrics;
  }

  private static void put(Map<String, Object> values, String name, long value) {
    values.put(name, Map.of("name", name, "value", value));
  }
}
