package io.penstock.storage.token;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Permission;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What tokens may do with buckets, by the buckets' names. */
@Component
class TokenPermissions {
  private final JdbcClient jdbc;

  TokenPermissions(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Permissions of every token of the project, by token id and bucket id such as {@code in.c-main}.
   */
  Map<Long, Map<String, String>> ofProject(long projectId) {
    Map<Long, Map<String, String>> found = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT x.token_id, b.stage || '.' || b.name AS bucket, lower(x.permission) AS permission
            FROM token_permission x
            JOIN bucket b ON b.id = x.bucket_id AND b.deleted_at IS NULL
            WHERE b.project_id = :project ORDER BY b.id
            """)
        .param("project", projectId)
        .query(
            rs -> {
              found
                  .computeIfAbsent(rs.getLong(1), _ -> new LinkedHashMap<>())
                  .put(rs.getString(2), rs.getString(3));
            });
    return found;
  }

  /** Every bucket of the project as one that may be managed. */
  Map<String, String> managingAll(long projectId) {
    Map<String, String> found = new LinkedHashMap<>();
    jdbc.sql(
            "SELECT stage || '.' || name FROM bucket WHERE project_id = :project AND deleted_at IS NULL ORDER BY id")
        .param("project", projectId)
        .query(
            rs -> {
              found.put(rs.getString(1), "manage");
            });
    return found;
  }

  /** Puts these in place of what the token had; refuses unknown buckets and permissions. */
  void replace(long tokenId, long projectId, Map<String, Object> permissions) {
    jdbc.sql("DELETE FROM token_permission WHERE token_id = :token")
        .param("token", tokenId)
        .update();
    permissions.forEach(
        (bucket, permission) -> add(tokenId, projectId, bucket, wanted(permission)));
  }

  private void add(long tokenId, long projectId, String bucket, Permission permission) {
    int added =
        jdbc.sql(
                """
                INSERT INTO token_permission (token_id, bucket_id, permission)
                SELECT :token, id, :permission FROM bucket
                WHERE project_id = :project AND stage || '.' || name = :bucket AND deleted_at IS NULL
                """)
            .param("token", tokenId)
            .param("permission", permission.name())
            .param("project", projectId)
            .param("bucket", bucket)
            .update();
    if (added == 0) {
      throw new PlatformException(
          ErrorCode.TOKEN_INVALID_PERMISSIONS,
          "There is no bucket \"%s\" in this project".formatted(bucket));
    }
  }

  private static Permission wanted(Object permission) {
    return switch (String.valueOf(permission).toLowerCase(Locale.ROOT)) {
      case "read" -> Permission.READ;
      case "write" -> Permission.WRITE;
      default ->
          throw new PlatformException(
              ErrorCode.TOKEN_INVALID_PERMISSIONS,
              "A bucket permission is either \"read\" or \"write\"");
    };
  }
}
