package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;

/**
 * One export: the rows of a table as one CSV stream with a header, joined from the slices that the
 * server made.
 */
final class TableExport {
  private final ApiConnection api;
  private final StoreConnection store;
  private final Upload.Limits limits;
  private final TableId table;

  TableExport(ApiConnection api, StoreConnection store, Upload.Limits limits, TableId table) {
    this.api = api;
    this.store = store;
    this.limits = limits;
    this.table = table;
  }

  ExportResult run(OutputStream out) throws IOException, InterruptedException {
    List<String> columns =
        api.require("GET", "tables/" + table, null)
            .json()
            .path("columns")
            .valueStream()
            .map(column -> column.asString(""))
            .toList();
    Map<String, Object> body = Map.of("format", "rfc", "gzip", true, "columns", columns);
    JsonNode accepted = api.require("POST", "tables/" + table + "/export-async", body).json();
    JsonNode job = new JobWatch(api, limits.job()).await(accepted, () -> {});
    JsonNode results = job.path("results");
    long fileId = results.path("file").path("id").asLong(0);
    JsonNode file = api.require("GET", "files/" + fileId + "?federationToken=1", null).json();

    var counted = new CountingOutput(out);
    List<String> keys = keysOf(file);
    if (file.path("isSliced").asBoolean(false)) {
      counted.write(header(columns).getBytes(UTF_8)); // slices carry none
    }
    var access =
        UploadSlot.StoreAccess.from(file.path("credentials"), file, limits.fallbackRegion());
    try (S3Client client = store.open(access)) {
      for (String key : keys) {
        copy(client, file.path("s3Path").path("bucket").asString(""), key, counted);
      }
    } catch (SdkException e) {
      throw StoreConnection.explained(e);
    }
    counted.flush();
    return new ExportResult(
        job.path("id").asLong(0),
        fileId,
        results.path("cacheHit").asBoolean(false),
        keys.size(),
        counted.bytes);
  }

  /** Keys of the slices in the manifest's order; the file's own key when it was not sliced. */
  private List<String> keysOf(JsonNode file) throws InterruptedException {
    String key = file.path("s3Path").path("key").asString("");
    if (!file.path("isSliced").asBoolean(false)) {
      return List.of(key);
    }
    String prefix = "s3://" + file.path("s3Path").path("bucket").asString("") + "/";
    JsonNode manifest = api.readPresigned(URI.create(file.path("url").asString(""))).json();
    return manifest
        .path("entries")
        .valueStream()
        .map(entry -> entry.path("url").asString(""))
        .map(
            url -> {
              if (!url.startsWith(prefix + key)) {
                throw new UploadRefusedException(
                    0, "", "the export's manifest points outside of its file: " + url, "");
              }
              return url.substring(prefix.length());
            })
        .toList();
  }

  private static void copy(S3Client client, String bucket, String key, OutputStream out)
      throws IOException {
    try (InputStream slice = new SliceStream(client, bucket, key);
        InputStream rows = key.endsWith(".gz") ? new GZIPInputStream(slice, 1 << 16) : slice) {
      rows.transferTo(out);
    }
  }

  /** All fields quoted, as in the slices. */
  static String header(List<String> columns) {
    return columns.stream()
        .map(column -> '"' + column.replace("\"", "\"\"") + '"')
        .collect(Collectors.joining(",", "", "\n"));
  }

  private static final class CountingOutput extends OutputStream {
    private final OutputStream out;
    private long bytes;

    CountingOutput(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      bytes++;
    }

    @Override
    public void write(byte[] buffer, int start, int count) throws IOException {
      out.write(buffer, start, count);
      bytes += count;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
