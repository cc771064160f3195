package io.penstock.storage.token;

import io.penstock.storage.web.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The contract's {@code owner} (the project) and {@code admin} (the person) in a token object. */
@Component
class OwnerJson {
  private static final String FULL =
      """
      SELECT p.*, o.region,
             (SELECT coalesce(sum(rows_count), 0) FROM data_table t WHERE t.project_id = p.id AND t.state = 'READY') AS rows_count,
             (SELECT coalesce(sum(data_bytes), 0) FROM data_table t WHERE t.project_id = p.id AND t.state = 'READY') AS data_bytes,
             (SELECT count(*) FROM membership m WHERE m.project_id = p.id) AS members
      FROM project p JOIN organisation o ON o.id = p.organisation_id
      WHERE p.id = :id
      """;

  private final JdbcClient jdbc;

  OwnerJson(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A project as {@code owner}, and its organisation's id. */
  record Owner(long organisationId, Map<String, Object> json) {}

  Map<String, Object> brief(long projectId) {
    String name =
        jdbc.sql("SELECT name FROM project WHERE id = :id")
            .param("id", projectId)
            .query(String.class)
            .single();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", projectId);
    json.put("name", name);
    return json;
  }

  Owner full(long projectId) {
    return jdbc.sql(FULL).param("id", projectId).query((rs, _) -> owner(rs)).single();
  }

  Map<String, Object> admin(long personId, long projectId) {
    return jdbc.sql(
            """
            SELECT h.name, m.role, h.state,
                   EXISTS (SELECT 1 FROM organisation_member o JOIN project p ON p.organisation_id = o.organisation_id
                           WHERE p.id = :project AND o.person_id = h.id) AS in_organisation
            FROM person h LEFT JOIN membership m ON m.person_id = h.id AND m.project_id = :project
            WHERE h.id = :person
            """)
        .param("person", personId)
        .param("project", projectId)
        .query(
            (rs, _) -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("id", personId);
              json.put("name", rs.getString("name"));
              json.put("features", List.of());
              json.put("isOrganizationMember", rs.getBoolean("in_organisation"));
              json.put("role", rs.getString("role") == null ? "admin" : rs.getString("role"));
              json.put("isActivated", rs.getString("state").equals("ACTIVE"));
              return json;
            })
        .single();
  }

  private static Owner owner(ResultSet rs) throws SQLException {
    long rows = rs.getLong("rows_count");
    long bytes = rs.getLong("data_bytes");
    String backend = rs.getString("backend_label");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", rs.getLong("id"));
    json.put("name", rs.getString("name"));
    json.put("type", "production");
    json.put("region", rs.getString("region"));
    json.put("created", Timestamps.format(rs.getTimestamp("created_at").toInstant()));
    json.put(
        "expires",
        rs.getTimestamp("expires_at") == null
            ? null
            : Timestamps.format(rs.getTimestamp("expires_at").toInstant()));
    json.put("features", List.of((Object[]) rs.getArray("features").getArray()));
    json.put("dataSizeBytes", bytes);
    json.put("rowsCount", rows);
    for (String engine :
        List.of("Mysql", "Redshift", "Synapse", "Snowflake", "Exasol", "Teradata", "Bigquery")) {
      json.put("has" + engine, engine.equalsIgnoreCase(backend));
    }
    json.put("defaultBackend", backend);
    json.put("hasTryModeOn", "0");
    int parallelism = rs.getInt("jobs_parallelism");
    json.put(
        "limits",
        named(
            Map.of(
                "storage.jobsParallelism",
                (long) parallelism,
                "components.jobsParallelism",
                (long) parallelism,
                "storage.dataSizeBytes",
                1L << 50)));
    json.put(
        "metrics",
        named(
            Map.of(
                "kbc.adminsCount",
                rs.getLong("members"),
                "storage.dataSizeBytes",
                bytes,
                "storage.rowsCount",
                rows,
                "orchestrations.count",
                0L)));
    json.put("isDisabled", rs.getString("state").equals("DISABLED"));
    json.put("billedMonthlyPrice", null);
    json.put("dataRetentionTimeInDays", 7);
    json.put("assignedBackends", List.of(backend));
    json.put("fileStorageProvider", "aws");
    return new Owner(rs.getLong("organisation_id"), json);
  }

  private static Map<String, Object> named(Map<String, Long> values) {
    Map<String, Object> json = new LinkedHashMap<>();
    values.forEach((name, value) -> json.put(name, Map.of("name", name, "value", value)));
    return json;
  }
}
