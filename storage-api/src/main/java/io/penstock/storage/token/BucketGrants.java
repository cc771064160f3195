package io.penstock.storage.token;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Permission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What tokens may do with buckets: {@code read} or {@code write}, by the buckets' ids. */
@Component
class BucketGrants {
  private final JdbcClient jdbc;

  BucketGrants(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Puts these in place of what the token had, in the transaction at hand. The buckets are locked
   * first and in the order of their ids, as those that delete one lock it before its permissions.
   *
   * @throws PlatformException {@code TOKEN_INVALID_PERMISSIONS} for an unknown bucket or permission
   */
  void replace(long tokenId, long projectId, Map<String, Permission> wanted) {
    Map<String, Long> buckets = buckets(projectId, wanted);
    jdbc.sql("DELETE FROM token_permission WHERE token_id = :token")
        .param("token", tokenId)
        .update();
    if (wanted.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO token_permission (token_id, bucket_id, permission)
            SELECT :token, * FROM unnest(:buckets::bigint[], :permissions::text[])
            """)
        .param("token", tokenId)
        .param("buckets", buckets.values().toArray(Long[]::new))
        .param(
            "permissions",
            buckets.keySet().stream().map(id -> granted(wanted, id)).toArray(String[]::new))
        .update();
  }

  private static String granted(Map<String, Permission> wanted, String bucket) {
    return wanted.getOrDefault(bucket, Permission.READ).name();
  }

  private Map<String, Long> buckets(long projectId, Map<String, Permission> wanted) {
    Map<String, Long> found = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT stage || '.' || name, id, source_bucket_id IS NOT NULL FROM bucket
            WHERE project_id = :project AND stage || '.' || name = ANY(:labels) AND deleted_at IS NULL
            ORDER BY id FOR SHARE
            """)
        .param("project", projectId)
        .param("labels", wanted.keySet().toArray(String[]::new))
        .query(
            rs -> {
              if (rs.getBoolean(3) && granted(wanted, rs.getString(1)).equals("WRITE")) {
                throw invalid(
                    "The bucket \"%s\" is a linked one: it can be read only"
                        .formatted(rs.getString(1)));
              }
              found.put(rs.getString(1), rs.getLong(2));
            });
    List<String> missing = wanted.keySet().stream().filter(id -> !found.containsKey(id)).toList();
    if (!missing.isEmpty()) {
      throw invalid("There is no bucket \"%s\" in this project".formatted(missing.getFirst()));
    }
    return found;
  }

  /** Reads {@code bucketPermissions}. */
  static Map<String, Permission> of(Map<String, Object> given) {
    Map<String, Permission> wanted = new LinkedHashMap<>();
    given.forEach((bucket, permission) -> wanted.put(bucket, permission(permission)));
    return wanted;
  }

  private static Permission permission(Object permission) {
    return switch (String.valueOf(permission).toLowerCase(Locale.ROOT)) {
      case "read" -> Permission.READ;
      case "write" -> Permission.WRITE;
      default -> throw invalid("A bucket permission is either \"read\" or \"write\"");
    };
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.TOKEN_INVALID_PERMISSIONS, message);
  }
}
