package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How buckets are shared, and which ones are linked. One query answers a whole list. */
@Repository
class SharingRows {
  /** What is shared with the caller, in the caller's organisation and in projects at work only. */
  private static final String SHARED_WITH =
      """
      b.deleted_at IS NULL AND p.state = 'ACTIVE' AND p.organisation_id = :organisation
      AND CASE b.sharing
            WHEN 'organization' THEN CAST(:person AS bigint) IS NOT NULL
            WHEN 'organization-project' THEN true
            WHEN 'specific-projects' THEN EXISTS
              (SELECT FROM bucket_share_project x WHERE x.bucket_id = b.id AND x.project_id = :project)
            WHEN 'specific-users' THEN EXISTS
              (SELECT FROM bucket_share_person x WHERE x.bucket_id = b.id AND x.person_id = :person)
            ELSE false
          END
      """;

  private static final String FIND_SHARED =
      "SELECT b.id FROM bucket b JOIN project p ON p.id = b.project_id WHERE "
          + SHARED_WITH
          + " AND b.project_id = :lender AND b.stage || '.' || b.name = :label FOR SHARE OF b";
  private static final String LINKS =
      """
      SELECT l.id, l.source_bucket_id, l.project_id, l.stage || '.' || l.name AS label, l.name, l.created_at, p.name AS project_name
      FROM bucket l JOIN project p ON p.id = l.project_id
      WHERE l.source_bucket_id = ANY(:ids) AND l.deleted_at IS NULL ORDER BY l.id
      """;

  private final JdbcClient jdbc;

  SharingRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A bucket of a project that shows another's. */
  record LinkedBy(
      long id,
      long sourceId,
      long projectId,
      String projectName,
      String label,
      String name,
      Instant created) {}

  /** A project or a person that a bucket is shared with by name. */
  record Named(long bucketId, boolean project, long id, String name, String email) {}

  /** Where something that the caller may link lies; kept as it is until the transaction ends. */
  Optional<Long> holdShared(Caller caller, long lender, String label) {
    return jdbc.sql(FIND_SHARED)
        .params(viewpoint(caller))
        .param("lender", lender)
        .param("label", label)
        .query(Long.class)
        .optional();
  }

  /** What is shared with the caller, by id and in the order of creation. */
  List<Long> sharedWith(Caller caller) {
    return jdbc.sql(
            "SELECT b.id FROM bucket b JOIN project p ON p.id = b.project_id WHERE b.sharing IS NOT"
                + " NULL AND "
                + SHARED_WITH
                + """
                AND (:all OR EXISTS (SELECT FROM bucket mine
                                     WHERE mine.project_id = :project AND mine.deleted_at IS NULL AND mine.id = ANY(:readable)
                                       AND b.id IN (mine.id, mine.source_bucket_id)))
                ORDER BY b.id
                """)
        .params(viewpoint(caller))
        .param("all", caller.canManageBuckets())
        .param("readable", caller.permissions().keySet().toArray(Long[]::new))
        .query((rs, _) -> rs.getLong(1))
        .list();
  }

  private static Map<String, Object> viewpoint(Caller caller) {
    Map<String, Object> values = new HashMap<>();
    values.put("organisation", caller.project().organisationId());
    values.put("project", caller.projectId());
    values.put("person", caller.personId());
    return values;
  }

  void share(long bucketId, Sharing sharing, long person, Instant now) {
    jdbc.sql(
            "UPDATE bucket SET sharing = :sharing, shared_by = :person, shared_at = :now WHERE id ="
                + " :id")
        .param("sharing", sharing.word())
        .param("person", person)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("id", bucketId)
        .update();
    forgetNames(bucketId);
  }

  void unshare(long bucketId) {
    jdbc.sql("UPDATE bucket SET sharing = NULL, shared_by = NULL, shared_at = NULL WHERE id = :id")
        .param("id", bucketId)
        .update();
    forgetNames(bucketId);
  }

  private void forgetNames(long bucketId) {
    jdbc.sql(
            """
            WITH gone AS (DELETE FROM bucket_share_project WHERE bucket_id = :id)
            DELETE FROM bucket_share_person WHERE bucket_id = :id
            """)
        .param("id", bucketId)
        .update();
  }

  /** Adds those that are projects of the organisation; returns how many. */
  int shareWithProjects(long bucketId, long organisation, List<String> ids) {
    return jdbc.sql(
            """
            INSERT INTO bucket_share_project (bucket_id, project_id)
            SELECT :bucket, id FROM project
            WHERE organisation_id = :organisation AND id::text = ANY(:ids) AND state NOT IN ('DELETED', 'PURGED')
            """)
        .param("bucket", bucketId)
        .param("organisation", organisation)
        .param("ids", ids.toArray(String[]::new))
        .update();
  }

  /** Those of the names that belong to the organisation, by number or address: name to person. */
  Map<String, Long> people(long organisation, List<String> names) {
    Map<String, Long> found = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT n.name, h.id FROM unnest(CAST(:names AS text[])) AS n (name)
            JOIN person h ON (h.id::text = n.name OR lower(h.email) = lower(n.name)) AND h.state = 'ACTIVE'
            WHERE EXISTS (SELECT FROM organisation_member o WHERE o.organisation_id = :organisation AND o.person_id = h.id)
               OR EXISTS (SELECT FROM membership m JOIN project p ON p.id = m.project_id
                          WHERE p.organisation_id = :organisation AND m.person_id = h.id)
            """)
        .param("organisation", organisation)
        .param("names", names.toArray(String[]::new))
        .query(
            rs -> {
              found.put(rs.getString(1), rs.getLong(2));
            });
    return found;
  }

  void shareWithPeople(long bucketId, Collection<Long> people) {
    jdbc.sql(
            "INSERT INTO bucket_share_person (bucket_id, person_id) SELECT DISTINCT :bucket,"
                + " unnest(CAST(:people AS bigint[]))")
        .param("bucket", bucketId)
        .param("people", people.toArray(Long[]::new))
        .update();
  }

  /**
   * Projects that have the bucket linked, and are not among those it is shared with by name, nor is
   * any of their members among such people.
   */
  List<String> linksOutside(long bucketId) {
    return jdbc.sql(
            """
            SELECT l.project_id::text FROM bucket l
            WHERE l.source_bucket_id = :id AND l.deleted_at IS NULL
              AND NOT EXISTS (SELECT FROM bucket_share_project x WHERE x.bucket_id = :id AND x.project_id = l.project_id)
              AND NOT EXISTS (
                SELECT FROM bucket_share_person x JOIN membership m ON m.person_id = x.person_id
                WHERE x.bucket_id = :id AND m.project_id = l.project_id)
            ORDER BY l.project_id
            """)
        .param("id", bucketId)
        .query((rs, _) -> rs.getString(1))
        .list();
  }

  Map<Long, List<LinkedBy>> links(Collection<Long> sources) {
    return jdbc
        .sql(LINKS)
        .param("ids", sources.toArray(Long[]::new))
        .query((rs, _) -> linkedBy(rs))
        .list()
        .stream()
        .collect(
            Collectors.groupingBy(LinkedBy::sourceId, LinkedHashMap::new, Collectors.toList()));
  }

  Map<Long, List<Named>> named(Collection<Long> buckets) {
    return jdbc
        .sql(
            """
            SELECT x.bucket_id, true AS project, p.id, p.name, '' AS email
            FROM bucket_share_project x JOIN project p ON p.id = x.project_id WHERE x.bucket_id = ANY(:ids)
            UNION ALL
            SELECT x.bucket_id, false, h.id, h.name, h.email
            FROM bucket_share_person x JOIN person h ON h.id = x.person_id WHERE x.bucket_id = ANY(:ids)
            ORDER BY 1, 3
            """)
        .param("ids", buckets.toArray(Long[]::new))
        .query(
            (rs, _) ->
                new Named(
                    rs.getLong("bucket_id"),
                    rs.getBoolean("project"),
                    rs.getLong("id"),
                    rs.getString("name"),
                    rs.getString("email")))
        .list()
        .stream()
        .collect(Collectors.groupingBy(Named::bucketId, LinkedHashMap::new, Collectors.toList()));
  }

  /** Makes a bucket that was just inserted show the other. */
  void link(long id, long source) {
    jdbc.sql("UPDATE bucket SET source_bucket_id = :source WHERE id = :id")
        .param("source", source)
        .param("id", id)
        .update();
  }

  /** Hides a linked bucket with everything that reads by it; returns those aliases. */
  List<Alias> unlink(long id, Instant now) {
    jdbc.sql("UPDATE bucket SET deleted_at = :now WHERE id = :id")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("id", id)
        .update();
    return jdbc.sql(
            """
            UPDATE data_table a SET state = 'DELETED' FROM bucket b
            WHERE a.link_id = :id AND a.state <> 'DELETED' AND b.id = a.bucket_id
            RETURNING a.id, a.bucket_id, b.stage || '.' || b.name || '.' || a.name, a.name
            """)
        .param("id", id)
        .query(SharingRows::alias)
        .list();
  }

  /** An alias and the bucket that it stands in. */
  record Alias(long id, long bucketId, String label, String name) {}

  private static Alias alias(ResultSet rs, int row) throws SQLException {
    return new Alias(rs.getLong(1), rs.getLong(2), rs.getString(3), rs.getString(4));
  }

  /** Aliases outside of the bucket that show its tables, or read by it where it is a linked one. */
  List<Alias> outsideAliases(long bucketId, int most) {
    return jdbc.sql(
            """
            SELECT a.id, b.id, b.stage || '.' || b.name || '.' || a.name, a.name
            FROM data_table a JOIN bucket b ON b.id = a.bucket_id
            WHERE a.state <> 'DELETED' AND a.bucket_id <> :id
              AND (a.link_id = :id OR a.source_id IN (SELECT id FROM data_table WHERE bucket_id = :id))
            ORDER BY a.id LIMIT :most
            """)
        .param("id", bucketId)
        .param("most", most)
        .query(SharingRows::alias)
        .list();
  }

  /** What a project is called in another's events, and whose organisation it is in. */
  Optional<String> projectName(long id) {
    return jdbc.sql("SELECT name FROM project WHERE id = :id")
        .param("id", id)
        .query(String.class)
        .optional();
  }

  private static LinkedBy linkedBy(ResultSet rs) throws SQLException {
    return new LinkedBy(
        rs.getLong("id"),
        rs.getLong("source_bucket_id"),
        rs.getLong("project_id"),
        rs.getString("project_name"),
        rs.getString("label"),
        rs.getString("name"),
        rs.getTimestamp("created_at").toInstant());
  }
}
