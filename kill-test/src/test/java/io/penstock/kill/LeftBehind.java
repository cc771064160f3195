package io.penstock.kill;

import io.penstock.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;

/** What kills may have left: each method lists what should not be there. */
record LeftBehind(Installation installation, SdkHttpClient http) {

  /** Jobs that have not ended, hidden ones too. */
  List<String> unfinishedJobs() throws Exception {
    try (Connection metadata = installation.metadata()) {
      return rows(
          metadata,
          "SELECT id, operation, status, attempts FROM job WHERE status NOT IN ('success', 'error')");
    }
  }

  /** Records that audit-service has not confirmed. */
  List<String> unconfirmedRecords() throws Exception {
    try (Connection metadata = installation.metadata()) {
      return rows(metadata, "SELECT id, lease_until FROM outbox_record");
    }
  }

  /** Generations and staging tables that no catalogue row points to. */
  List<String> hiddenTables() throws Exception {
    List<String> found = new ArrayList<>();
    for (String project : projects()) {
      try (Connection warehouse = installation.warehouse(project)) {
        found.addAll(
            rows(
                warehouse,
                """
                SELECT current_database(), tablename FROM pg_tables
                WHERE schemaname = '_penstock' AND tablename NOT IN ('catalogue', 'job_ledger', 'retired')
                  AND tablename NOT IN (SELECT format('t%s_%s', table_id, generation) FROM _penstock.catalogue)"""));
      }
    }
    return found;
  }

  /** Tables of which the metadata and the warehouse do not say the same. */
  List<String> disagreements() throws Exception {
    List<String> different = new ArrayList<>();
    for (String project : projects()) {
      List<String> published = published(project);
      List<String> known = known(project);
      published.stream().filter(table -> !known.contains(table)).forEach(different::add);
      known.stream()
          .filter(table -> !published.contains(table))
          .map(table -> "metadata only: " + table)
          .forEach(different::add);
    }
    return different;
  }

  private List<String> published(String project) throws Exception {
    List<String> tables = new ArrayList<>();
    try (Connection warehouse = installation.warehouse(project);
        Statement statement = warehouse.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT table_id, row_count, sequence, columns, primary_key, generation FROM _penstock.catalogue")) {
      while (rows.next()) {
        tables.add(
            table(
                rows.getLong(1),
                rows.getLong(2),
                rows.getLong(3),
                names(Json.mapper().readTree(rows.getString(4))),
                names(Json.mapper().readTree(rows.getString(5)))));
        long counted = count(warehouse, rows.getLong(1), rows.getLong(6));
        if (counted != rows.getLong(2)) {
          tables.add("table %d holds %d rows".formatted(rows.getLong(1), counted));
        }
      }
    }
    return tables;
  }

  private static long count(Connection warehouse, long table, long generation) throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM _penstock.t%d_%d".formatted(table, generation))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private List<String> known(String project) throws Exception {
    List<String> tables = new ArrayList<>();
    try (Connection metadata = installation.metadata();
        Statement statement = metadata.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, rows_count, sequence, columns, primary_key, state FROM data_table"
                    + " WHERE state <> 'DELETED' AND project_id = "
                    + project)) {
      while (rows.next()) {
        String state = rows.getString(6);
        tables.add(
            table(
                    rows.getLong(1),
                    rows.getLong(2),
                    rows.getLong(3),
                    List.of((String[]) rows.getArray(4).getArray()),
                    List.of((String[]) rows.getArray(5).getArray()))
                + (state.equals("READY") ? "" : " " + state));
      }
    }
    return tables;
  }

  private static String table(
      long id, long count, long sequence, List<String> columns, List<String> key) {
    return "table %d: %d rows, sequence %d, columns %s, key %s"
        .formatted(id, count, sequence, columns, key);
  }

  private static List<String> names(JsonNode array) {
    return array
        .valueStream()
        .map(each -> each.isObject() ? each.path("name").asString() : each.asString())
        .toList();
  }

  private List<String> projects() throws Exception {
    try (Connection metadata = installation.metadata()) {
      return rows(metadata, "SELECT id FROM project WHERE state = 'ACTIVE'");
    }
  }

  /** Objects in customers' buckets that belong to no file. */
  List<String> orphanedObjects() throws Exception {
    List<String> known;
    List<String> buckets;
    try (Connection metadata = installation.metadata()) {
      known = rows(metadata, "SELECT s3_key FROM stored_file WHERE purged_at IS NULL");
      buckets = rows(metadata, "SELECT bucket FROM organisation");
    }
    List<String> orphans = new ArrayList<>();
    try (S3Client s3 = store()) {
      for (String bucket : buckets) {
        s3.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream()
            .map(object -> object.key())
            .filter(key -> known.stream().noneMatch(key::startsWith))
            .forEach(orphans::add);
      }
    }
    return orphans;
  }

  /** Multipart uploads that nobody completed, and what writes have left on the disk. */
  List<String> unfinishedUploads() throws Exception {
    List<String> found = new ArrayList<>();
    Path objects = installation.home().resolve("objects");
    try (S3Client s3 = store();
        Stream<Path> buckets = Files.list(objects)) {
      for (Path bucket : buckets.filter(Files::isDirectory).toList()) {
        String name = bucket.getFileName().toString();
        if (!name.equals("penstock-audit")) {
          s3.listMultipartUploads(request -> request.bucket(name))
              .uploads()
              .forEach(upload -> found.add(upload.key()));
        }
        try (Stream<Path> aside = Files.list(bucket.resolve("tmp"))) {
          aside.map(Path::toString).forEach(found::add);
        }
      }
    }
    return found;
  }

  private S3Client store() throws IOException {
    return S3Client.builder()
        .httpClient(http)
        .endpointOverride(installation.s3())
        .forcePathStyle(true)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    "storage-api", installation.text("secrets/s3-storage-api"))))
        .build();
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> line = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          line.add(String.valueOf(rows.getString(i)));
        }
        lines.add(String.join(" ", line));
      }
    }
    return lines;
  }
}
