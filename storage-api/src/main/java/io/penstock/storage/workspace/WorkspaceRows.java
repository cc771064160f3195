package io.penstock.storage.workspace;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of workspaces and of their further log-ins. */
@Component
class WorkspaceRows {
  private static final String SELECT =
      """
      SELECT w.*, t.person_id, h.name AS person_name, p.backend_label, o.region
      FROM workspace w
      JOIN token t ON t.id = w.token_id
      JOIN project p ON p.id = w.project_id
      JOIN organisation o ON o.id = p.organisation_id
      LEFT JOIN person h ON h.id = t.person_id
      WHERE w.project_id = :project
      """;

  private final JdbcClient jdbc;

  WorkspaceRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A number for a workspace that will be made. */
  long nextId() {
    return jdbc.sql("SELECT nextval(pg_get_serial_sequence('workspace', 'id'))")
        .query(Long.class)
        .single();
  }

  /** How many the project has; nobody adds one until the transaction ends. */
  int countAlone(long projectId) {
    jdbc.sql("SELECT id FROM project WHERE id = :project FOR NO KEY UPDATE")
        .param("project", projectId)
        .query(Long.class)
        .single();
    return jdbc.sql(
            "SELECT count(*) FROM workspace WHERE project_id = :project AND state <> 'DELETED'")
        .param("project", projectId)
        .query(Integer.class)
        .single();
  }

  void insert(NewWorkspace made, long projectId, long tokenId, String creator, Instant now) {
    jdbc.sql(
            """
            INSERT INTO workspace (id, project_id, token_id, creator_description, state, login_type, backend_size,
                                   statement_timeout_seconds, sealed_worker, created_at)
            VALUES (:id, :project, :token, :creator, 'CREATING', :login, :size, :timeout, :worker, :now)
            """)
        .param("id", made.id())
        .param("project", projectId)
        .param("token", tokenId)
        .param("creator", creator)
        .param("login", made.login() ? "default" : "none")
        .param("size", made.backendSize())
        .param("timeout", made.statementTimeoutSeconds())
        .param("worker", made.sealedWorker())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  /** A workspace that is there. */
  Optional<Workspace> find(long projectId, long id) {
    return jdbc.sql(SELECT + " AND w.id = :id AND w.state = 'READY'")
        .param("project", projectId)
        .param("id", id)
        .query(WorkspaceRows::workspace)
        .optional();
  }

  /**
   * In the order of their creation.
   *
   * @param tokenId whose; null: everybody's
   */
  List<Workspace> list(long projectId, @Nullable Long tokenId) {
    return jdbc.sql(
            SELECT
                + " AND w.state = 'READY' AND (:token::bigint IS NULL OR w.token_id = :token) ORDER"
                + " BY w.id")
        .param("project", projectId)
        .param("token", tokenId)
        .query(WorkspaceRows::workspace)
        .list();
  }

  /** Keeps it from being removed until the transaction ends; false when it is gone already. */
  boolean holds(long id) {
    return jdbc.sql("SELECT id FROM workspace WHERE id = :id AND state = 'READY' FOR SHARE")
        .param("id", id)
        .query(Long.class)
        .optional()
        .isPresent();
  }

  /** Its schema is there. */
  void ready(long projectId, long id) {
    jdbc.sql(
            "UPDATE workspace SET state = 'READY' WHERE id = :id AND project_id = :project AND"
                + " state = 'CREATING'")
        .param("id", id)
        .param("project", projectId)
        .update();
  }

  /** False when it is gone already. */
  boolean hide(long projectId, long id, Instant now) {
    return jdbc.sql(
                """
                UPDATE workspace SET state = 'DELETED', deleted_at = :now
                WHERE id = :id AND project_id = :project AND state <> 'DELETED'
                """)
            .param("id", id)
            .param("project", projectId)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .update()
        == 1;
  }

  /**
   * How many log-ins the workspace has beside its own; nobody adds one until the transaction ends.
   */
  int countLogins(long workspaceId) {
    jdbc.sql("SELECT id FROM workspace WHERE id = :id FOR NO KEY UPDATE")
        .param("id", workspaceId)
        .query(Long.class)
        .single();
    return jdbc.sql(
            "SELECT count(*) FROM workspace_login WHERE workspace_id = :id AND state <> 'DELETED'")
        .param("id", workspaceId)
        .query(Integer.class)
        .single();
  }

  /** A log-in that will be made; returns its number. */
  long insertLogin(long workspaceId, Instant now) {
    return jdbc.sql(
            """
            INSERT INTO workspace_login (workspace_id, state, created_at) VALUES (:workspace, 'CREATING', :now)
            RETURNING id
            """)
        .param("workspace", workspaceId)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .single();
  }

  boolean hasLogin(long workspaceId, long id) {
    return jdbc.sql(
            "SELECT id FROM workspace_login WHERE id = :id AND workspace_id = :workspace AND state"
                + " = 'READY'")
        .param("id", id)
        .param("workspace", workspaceId)
        .query(Long.class)
        .optional()
        .isPresent();
  }

  /** It is made; false when nobody wants it any more. */
  boolean loginReady(long id) {
    return jdbc.sql(
                "UPDATE workspace_login SET state = 'READY' WHERE id = :id AND state = 'CREATING'")
            .param("id", id)
            .update()
        == 1;
  }

  /**
   * Hides the log-in.
   *
   * @return whether it was made by then
   */
  boolean abandonLogin(long id) {
    return jdbc.sql(
            """
            UPDATE workspace_login l SET state = 'DELETED'
            FROM (SELECT id, state FROM workspace_login WHERE id = :id FOR UPDATE) AS was
            WHERE l.id = was.id RETURNING was.state = 'READY'
            """)
        .param("id", id)
        .query(Boolean.class)
        .optional()
        .orElse(false);
  }

  /** False when it is gone already. */
  boolean hideLogin(long workspaceId, long id) {
    return jdbc.sql(
                """
                UPDATE workspace_login SET state = 'DELETED'
                WHERE id = :id AND workspace_id = :workspace AND state <> 'DELETED'
                """)
            .param("id", id)
            .param("workspace", workspaceId)
            .update()
        == 1;
  }

  private static Workspace workspace(ResultSet rs, int ignored) throws SQLException {
    return new Workspace(
        rs.getLong("id"),
        rs.getLong("project_id"),
        rs.getLong("token_id"),
        rs.getString("creator_description"),
        rs.getObject("person_id", Long.class),
        rs.getString("person_name"),
        rs.getString("login_type").equals("default"),
        rs.getString("backend_size"),
        rs.getInt("statement_timeout_seconds"),
        rs.getBytes("sealed_worker"),
        rs.getObject("created_at", OffsetDateTime.class).toInstant(),
        rs.getString("backend_label"),
        rs.getString("region"));
  }
}
