package io.penstock.storage.utility;

import io.penstock.storage.web.JsonFields;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the finished loads, exports and files of one run add up to: three queries, no rows. */
@Component
class RunStatistics {
  private static final int SHOWN = 20;
  private static final String JOBS =
      """
      SELECT table_label, count(*) AS jobs,
             coalesce(sum(extract(epoch FROM ended_at - started_at)), 0) AS seconds,
             sum(count(*)) OVER () AS total
      FROM job
      WHERE project_id = :project AND run_id = :run AND operation = ANY(:operations) AND status = 'success'
      GROUP BY table_label ORDER BY jobs DESC, table_label LIMIT :shown
      """;

  /** Removed ones, too, but none that nobody has ever seen. */
  private static final String OF_RUN =
      """
      WHERE project_id = :project AND run_ids @> ARRAY[:run]::text[] AND (shown OR deleted_at IS NULL)
      """;

  private static final String FILES =
      """
      SELECT count(*) AS files, coalesce(sum(size_bytes), 0) AS total, coalesce(avg(size_bytes), 0) AS mean,
             coalesce(max(size_bytes), 0) AS max, coalesce(min(size_bytes), 0) AS min
      FROM stored_file
      """
          + OF_RUN;
  private static final String TAGS =
      """
      SELECT tag, count(*) AS files, sum(count(*)) OVER () AS total
      FROM stored_file, unnest(tags) AS tag
      """
          + OF_RUN
          + """
          GROUP BY tag ORDER BY files DESC, tag LIMIT :shown
          """;

  private final JdbcClient jdbc;

  RunStatistics(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The contract's object of {@code GET stats}. */
  Map<String, Object> of(long project, String run) {
    return new JsonFields()
        .put(
            "tables",
            new JsonFields()
                .put("import", jobs(project, run, "tableImport", "tableCreate"))
                .put("export", jobs(project, run, "tableExport"))
                .map())
        .put(
            "files",
            new JsonFields()
                .put("total", files(project, run))
                .put("tags", tags(project, run))
                .map())
        .map();
  }

  /** One thing of a list, and how often all of them are there. */
  private record Line(Map<String, Object> json, long count, long total) {}

  private Map<String, Object> jobs(long project, String run, String... operations) {
    List<Line> lines =
        jdbc.sql(JOBS)
            .param("project", project)
            .param("run", run)
            .param("operations", operations)
            .param("shown", SHOWN)
            .query(
                (rs, _) ->
                    new Line(
                        new JsonFields()
                            .put("id", rs.getString("table_label"))
                            .put("count", rs.getLong("jobs"))
                            .put("durationTotalSeconds", rs.getDouble("seconds"))
                            .put("durationTotalSecs", rs.getDouble("seconds"))
                            .map(),
                        rs.getLong("jobs"),
                        rs.getLong("total")))
            .list();
    return summed(lines).put("totalCount", total(lines)).put("tables", shown(lines)).map();
  }

  private Map<String, Object> tags(long project, String run) {
    List<Line> lines =
        jdbc.sql(TAGS)
            .param("project", project)
            .param("run", run)
            .param("shown", SHOWN)
            .query(
                (rs, _) ->
                    new Line(
                        Map.of("tag", rs.getString("tag"), "count", rs.getLong("files")),
                        rs.getLong("files"),
                        rs.getLong("total")))
            .list();
    return summed(lines).put("tags", shown(lines)).map();
  }

  private static JsonFields summed(List<Line> lines) {
    long listed = lines.stream().mapToLong(Line::count).sum();
    return new JsonFields().put("other", total(lines) - listed);
  }

  private static long total(List<Line> lines) {
    return lines.isEmpty() ? 0 : lines.getFirst().total();
  }

  private static List<Map<String, Object>> shown(List<Line> lines) {
    return lines.stream().map(Line::json).toList();
  }

  private Map<String, Object> files(long project, String run) {
    return jdbc.sql(FILES)
        .param("project", project)
        .param("run", run)
        .query(
            (rs, _) ->
                new JsonFields()
                    .put("count", rs.getLong("files"))
                    .put(
                        "dataSizeBytes",
                        new JsonFields()
                            .put("total", rs.getLong("total"))
                            .put("mean", rs.getDouble("mean"))
                            .put("max", rs.getLong("max"))
                            .put("min", rs.getLong("min"))
                            .map())
                    .map())
        .single();
  }
}
